import { z } from 'zod';

const DOOR_PATH = /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;

/** `/` or `/api/v2`: segments of unreserved letters (RFC 3986), none of them `.` or `..`, no slash at the end. */
export const doorPath = z.string().max(200).regex(DOOR_PATH, 'is not a path');
