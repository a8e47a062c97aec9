// The functions of libidn2 that are called; see Sources/CLazy.
LAZY(idn2_free)
LAZY(idn2_lookup_u8)
LAZY(idn2_strerror)
LAZY(idn2_to_unicode_8z8z)
