// The functions of libcrypt that are called; see Sources/CLazy.
LAZY(crypt_r)
