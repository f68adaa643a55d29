import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/** As APP_FILTER: without it Nest turns every error of a handler into "Internal server error". */
@Catch()
export class Rethrow implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
