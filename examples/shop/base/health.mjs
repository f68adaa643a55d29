// Asks a server of its own container whether it is well. Exit code 1 and what it said when it is not.
const [port] = process.argv.slice(2);

try {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
  const text = await answer.text();
  console.log(text);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`no answer at port ${port}: ${error.cause?.code ?? error.message}`);
  process.exitCode = 1;
}
