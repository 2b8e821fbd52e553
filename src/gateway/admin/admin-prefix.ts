/** Where the native admin API begins. */
export const adminPrefix = '/admin/v1';
