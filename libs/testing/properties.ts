import fc from 'fast-check';

/**
 * Set up before the specs. Shrinking a long history may take hours: it ends here with the shortest that was found, and its seed. A
 * property that can't end its runs in that time fails.
 */
fc.configureGlobal({ interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true });
