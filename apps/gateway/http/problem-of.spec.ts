import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Rejected, Transient } from '#libs/contracts';
import { HttpProblem } from './problem.ts';
import { problemOf } from './problem-of.ts';

const asked = { method: 'GET', path: '/v1/hosts' };
const statusOf = (error: unknown, from = asked): number | undefined => problemOf(error, from)?.problem.status;
const refusedByFramework = (statusCode: number): Error => Object.assign(new Error('the body said hunter2'), { statusCode });

describe('the problem of an error', () => {
  it.each([
    [new Transient('reach the log'), 503],
    [new Rejected('read body: it is nested too deep'), 422],
    [new HttpProblem(418, 'teapot', 'short and stout'), 418],
    [refusedByFramework(413), 413],
    [refusedByFramework(415), 415],
    [Object.assign(new SyntaxError('Unexpected token h, "hunter2"'), { statusCode: 400 }), 400],
    [refusedByFramework(431), 431],
  ])('%s', (error, status) => {
    const problem = problemOf(error, asked)?.problem;
    expect(problem?.status).toBe(status);
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('tells a wrong method from a wrong address', () => {
    expect(statusOf(new NotFoundException(), { method: 'GET', path: '/v2/hosts' })).toBe(404);
    expect(statusOf(new NotFoundException(), { method: 'DELETE', path: '/v1/deployments/abc' })).toBe(405);
    expect(problemOf(new NotFoundException(), { method: 'PUT', path: '/v1/deployments' })?.headers).toEqual({ allow: 'GET, HEAD, POST' });
  });

  it('has no words for our own bugs', () => {
    expect(problemOf(new TypeError('read x of undefined'), asked)).toBeNull();
    expect(problemOf(Object.assign(new Error('boom'), { statusCode: 500 }), asked)).toBeNull();
    expect(problemOf(null, asked)).toBeNull();
  });

  it('asks for the same request again when the log was not there', () => {
    expect(problemOf(new Transient('reach the log'), asked)?.headers).toEqual({ 'retry-after': '1' });
  });
});
