export * from './claims.ts';
export * from './doors-due.ts';
export * from './doors-part.ts';
export * from './draw.ts';
export * from './nginx/render-conf.ts';
