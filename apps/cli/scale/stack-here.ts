import type { Context } from '../context.ts';
import { readManifestFile } from '../deploy/manifest-file.ts';
import { Terminal } from '../print/terminal.ts';

/** The stack that is named, else that of the manifest here. What is to be said of the manifest is said when it is deployed. */
export const stackHere = async (context: Context, named: string | undefined): Promise<string> => {
  if (named !== undefined) return named;
  const { manifest } = await readManifestFile({ ...context, terminal: SILENT }, undefined);
  return manifest.stack;
};

const nowhere = { write: () => true };
const SILENT = new Terminal({ out: nowhere, err: nowhere, noColour: true });
