/** A decrypt worker that cannot even start. */
throw new Error('stillborn');
