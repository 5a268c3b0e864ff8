/** Whether this build contains the in-memory backend (development and flow tests only). */
declare const __SCRIPTED_BACKEND__: boolean;
