#!/usr/bin/env bun
import { runCommand } from './run-command.ts';

/** Writes lines. A reader that went away (`sluice start | head -1`) must not end a gateway that still serves. */
const lineWriter = (stream: NodeJS.WriteStream): ((line: string) => void) => {
  stream.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return (line) => {
    stream.write(`${line}\n`);
  };
};

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  out: lineWriter(process.stdout),
  err: lineWriter(process.stderr),
});
