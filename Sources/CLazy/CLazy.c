#include "CLazy.h"

#if TWINE_IS_LAZY
#include <dlfcn.h>
#include <libxml/xmlversion.h>
#include <openssl/opensslv.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// The file of each library, with the number of the interface that its headers belong to; of several,
// with a NUL behind each, the first that there is.
#define TEXT(number) TEXT_(number)
#define TEXT_(number) #number
const char twine_lazy_crypto[] = "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION) "\0";
const char twine_lazy_ssl[] = "libssl.so." TEXT(OPENSSL_SHLIB_VERSION) "\0";
#if LIBXML_VERSION >= 21400
const char twine_lazy_xml2[] = "libxml2.so.16\0";
#else
const char twine_lazy_xml2[] = "libxml2.so.2\0";
#endif
const char twine_lazy_idn2[] = "libidn2.so.0\0";
const char twine_lazy_psl[] = "libpsl.so.5\0";
const char twine_lazy_z[] = "libz.so.1\0";
const char twine_lazy_brotlidec[] = "libbrotlidec.so.1\0";
const char twine_lazy_zstd[] = "libzstd.so.1\0";
const char twine_lazy_pcre2[] = "libpcre2-8.so.0\0";
// The second is that of systems that also run programs of glibc's own crypt.
const char twine_lazy_crypt[] = "libcrypt.so.2\0libcrypt.so.1\0";

// What trampolines.S has of each function.
struct function {
    void *address;
    const char *library;
    const char *name;
};

// Loads a function's library and puts the function's address where the trampoline looks for it. Two
// threads may do so at once: they find the same. A program that lacks one of its libraries ends as the
// dynamic linker would have ended it.
__attribute__((visibility("hidden"))) void *twine_lazy_find(struct function *function) {
    void *library = NULL;
    for (const char *file = function->library; *file && !library; file += strlen(file) + 1)
        library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    void *address = library ? dlsym(library, function->name) : NULL;
    if (!address) {
        fprintf(stderr, "error while loading shared libraries: %s\n", dlerror());
        _exit(127);
    }
    __atomic_store_n(&function->address, address, __ATOMIC_RELEASE);
    return address;
}
#endif
