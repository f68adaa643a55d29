import { composeSchema } from '#libs/manifest/schema';

/** The JSON schema of a compose.yaml as this command reads it. */
export const schemaText = (): string => `${JSON.stringify(composeSchema(), null, 2)}\n`;
