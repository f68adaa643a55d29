// Prints the plain closing line of a run from Vitest's JSON reports: a whole one, whatever parts it was run in.
import { readFileSync } from 'node:fs';

const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (of) => reports.reduce((total, report) => total + of(report), 0);
// One that could not be read, or whose setup failed: none of its tests is said to have failed.
const brokenFiles = ({ testResults }) =>
  testResults.filter((file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')).length;
console.log(`${sum((report) => report.numPassedTests)} passed, ${sum((report) => report.numFailedTests + brokenFiles(report))} failed`);
