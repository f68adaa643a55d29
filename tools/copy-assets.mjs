// Copies what the compiler leaves behind (Lua files) beside the compiled code.
import { cpSync, globSync } from 'node:fs';

for (const file of globSync('apps/**/*.lua')) cpSync(file, `dist/${file}`);
