/** Lets nothing reach the terminal. @returns what went to standard output */
export async function quietly(act: () => Promise<unknown>): Promise<string> {
  const [out, err] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)];
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array) => (text += String(chunk)) !== '';
  process.stderr.write = () => true;
  try {
    await act();
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
  }
  return text;
}
