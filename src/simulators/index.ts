export { defaultAnswer } from './answer/default-answer.ts';
export type { AnswerChoice, AnswerPart, AnswerUsage, SimulatedAnswer } from './answer/simulated-answer.ts';
export { piecesOf } from './answer/simulated-answer.ts';
export { type CloudOptions, SimulatedCloud } from './cloud/simulated-cloud.ts';
export { compareRequests } from './compare-requests.ts';
export { decodeRequest } from './decode/decode-request.ts';
export { decodeGeminiEmbeddings, decodeOpenaiEmbeddings, type SimulatedEmbeddingRequest } from './decode/embeddings.ts';
export { type DemoAnswer, type DemoCall, type DemoOptions, demoAnswer, demoModels } from './demo-answer.ts';
export type { Reply } from './server/reply.ts';
export { parseScenario, type Scenario } from './server/scenario.ts';
export { type RawExchange, type RawUpstream, responseHead, startRawUpstream } from './server/start-raw-upstream.ts';
export { type ReplayedCall, type ReplayUpstream, startReplayUpstream } from './server/start-replay-upstream.ts';
export {
  type RecordedCall,
  type Script,
  type Simulator,
  type SimulatorOptions,
  simulatedModels,
  startSimulator,
} from './server/start-simulator.ts';
export { wrappedReply } from './server/wrapped-reply.ts';
export type * from './simulated-request.ts';
export { SimulatorRefusal } from './simulator-refusal.ts';
