#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Halves the CPU of every start but the first. Must come before anything large is loaded, hence the import below.
enableCompileCache();
try {
  const { main } = await import('./cli/main.ts');
  await main(process.argv.slice(2));
} catch (error) {
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${typeof code === 'string' ? `${code}: ` : ''}${message}\n`);
  process.exitCode = 2;
}
