import { type Document, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { Manifest } from '#libs/contracts';
import { type Path, type PathFault, pathText } from '../faults.ts';
import { type Build, readCompose } from '../normalise.ts';
import { parseDotEnv } from './dot-env.ts';
import { locate, type Place, placeAt } from './locate.ts';
import { resolveVariables } from './variables.ts';

export interface Fault extends Place {
  readonly file: string;
  /** `services.web.x-berth.ports[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export interface ManifestSource {
  /** As it is named in faults. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a `.env` file. */
  readonly dotEnv?: string;
}

export interface ReadManifest {
  /** Null when there are errors. */
  readonly manifest: Manifest | null;
  /** The file as JSON, its variables resolved: what `POST /v1/deployments` takes. */
  readonly compose: Readonly<Record<string, unknown>>;
  readonly builds: Readonly<Record<string, Build>>;
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** The place of a JSON pointer (RFC 6901) into `compose`. */
  readonly locatePointer: (pointer: string) => Place & { readonly path: string };
}

/** Reads the text of a compose.yaml. Never throws: whatever is wrong is an error with its place. */
export const readManifest = (text: string, { file, env, dotEnv = '' }: ManifestSource): ReadManifest => {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const place = (fault: PathFault): Fault => faultAt(file, doc, lines, fault);
  const syntax = (errors: readonly YAMLError[]): Fault[] => errors.map((error) => syntaxFault(file, lines, error));
  const pointed = (pointer: string) => locatePointer(doc, lines, pointer);
  const broken = (errors: readonly Fault[]): ReadManifest => ({
    manifest: null,
    compose: {},
    builds: {},
    errors,
    warnings: syntax(doc.warnings),
    locatePointer: pointed,
  });
  if (doc.errors.length > 0) return broken(syntax(doc.errors));
  const json = toJson(doc);
  if (json instanceof Error) return broken([unreadable(file, doc, lines, json)]);
  const values = parseDotEnv(dotEnv, (name) => env[name]);
  const resolved = resolveVariables(json, (name) => env[name] ?? values[name]);
  if (resolved.errors.length > 0) return broken(resolved.errors.map(place));
  const read = readCompose(resolved.json);
  return {
    manifest: read.manifest,
    compose: resolved.json as Record<string, unknown>,
    builds: read.builds,
    errors: inOrder(read.errors.map(place)),
    warnings: inOrder([...syntax(doc.warnings), ...[...resolved.warnings, ...read.warnings].map(place)]),
    locatePointer: pointed,
  };
};

/** `compose.yaml:7:17 services.web.x-berth.ports[0]: is not a port form; write "3000:80"`. */
export const faultText = ({ file, line, column, path, message, fix }: Fault): string =>
  `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}${fix === '' ? '' : `; ${fix}`}`;

const toJson = (doc: Document): unknown => {
  try {
    return doc.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** What YAML only finds when it follows the aliases: one without an anchor, or far too many. */
const unreadable = (file: string, doc: Document, lines: LineCounter, { message }: Error): Fault => {
  let offset = 0;
  visit(doc, {
    Alias: (_, alias) => {
      if (alias.resolve(doc)) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return { file, ...placeAt(lines, offset), path: '', message: `can't be read: ${message}`, fix: 'mend the anchors and aliases' };
};

const faultAt = (file: string, doc: Document, lines: LineCounter, fault: PathFault): Fault => {
  const other = fault.other ? locate(doc, lines, fault.other, false) : null;
  const message = other ? `${fault.message} (${file}:${other.line}:${other.column})` : fault.message;
  return { file, ...locate(doc, lines, fault.path, fault.isKey), path: pathText(fault.path), message, fix: fault.fix };
};

/** As the file is read from its top. */
const inOrder = (faults: readonly Fault[]): readonly Fault[] => faults.toSorted((a, b) => a.line - b.line || a.column - b.column);

const FIXES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'remove one of the two',
  TAB_AS_INDENT: 'indent with spaces',
  BAD_INDENT: 'line it up with its neighbours',
  MULTIPLE_DOCS: 'keep one document a file',
};

const syntaxFault = (file: string, lines: LineCounter, error: YAMLError): Fault => ({
  file,
  ...placeAt(lines, error.pos[0]),
  path: '',
  message: error.code === 'MULTIPLE_DOCS' ? 'a second document begins here' : error.message,
  fix: FIXES[error.code] ?? 'mend the YAML',
});

const locatePointer = (doc: Document, lines: LineCounter, pointer: string): Place & { readonly path: string } => {
  const path: Path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return { ...locate(doc, lines, path, false), path: pathText(path) };
};
