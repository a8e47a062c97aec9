// The functions of libpsl that are called; see Sources/CLazy.
LAZY(psl_builtin)
LAZY(psl_free)
LAZY(psl_is_public_suffix)
LAZY(psl_latest)
LAZY(psl_load_file)
LAZY(psl_registrable_domain)
