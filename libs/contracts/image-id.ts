import { z } from 'zod';

const ID = /^sha256:[0-9a-f]{64}$/;

/** An image by its content, as an engine names it: it says no registry. */
export const imageId = z.string().regex(ID);

export const isImageId = (image: string): boolean => ID.test(image);
