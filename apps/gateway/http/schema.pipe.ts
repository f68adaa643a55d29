import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { faultsOf, type Issue } from './faults.ts';
import { bodyRefused, HttpProblem } from './problem.ts';

/** Reads every body, query and parameter that names a schema by that schema. */
export class SchemaPipe implements PipeTransform<unknown, Promise<unknown>> {
  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw type === 'body' ? bodyRefused(faultsOf(result.issues)) : addressRefused(result.issues);
  }
}

const addressRefused = (issues: readonly Issue[]): HttpProblem =>
  new HttpProblem(
    400,
    'bad-request',
    issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.message : `${nameOf(issue)}: ${issue.message}`)).join('; '),
  );

const nameOf = ({ path = [] }: Issue): string => path.map(String).join('.') || 'parameter';
