/** The public API: nothing but re-exports. The command line is a thin layer on it. */
