#!/usr/bin/env bun
import { runCommand } from './run-command.ts';

const write = (stream: NodeJS.WriteStream) => (line: string) => {
  stream.write(`${line}\n`);
};

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  out: write(process.stdout),
  err: write(process.stderr),
});
