export interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly position: number; readonly type?: string; readonly subject?: string };
}

/** Listens to server-sent events until this many were told, then leaves. */
export const hear = async (answer: Response, count: number): Promise<readonly Told[]> => {
  const told: Told[] = [];
  let rest = '';
  for await (const chunk of (answer.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream())) {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop() ?? '';
    told.push(...frames.flatMap(toldIn));
    if (told.length >= count) break;
  }
  return told.slice(0, count);
};

const toldIn = (frame: string): readonly Told[] => {
  const line = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
  const data = line('data');
  return data === undefined ? [] : [{ id: line('id') ?? '', event: line('event') ?? 'message', data: JSON.parse(data) }];
};
