#pragma once
#include "../CLazy/include/CLazy.h"
#include "functions.h"

#include <iconv.h>
#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlmemory.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// Errors of hostile pages are expected, and belong on nobody's standard error.
static void twine_ignore_error(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}
static inline void twine_silence_libxml2(void) {
    xmlSetGenericErrorFunc(NULL, twine_ignore_error);
}

// iconv(3) has an argument type of its own on each system.
static inline size_t twine_iconv(iconv_t converter, const char *input, size_t *input_left,
                                 char *output, size_t *output_left) {
    char *in = (char *)input, *out = output;
    return iconv(converter, &in, input_left, &out, output_left);
}

static inline void *twine_iconv_open(const char *from) {
    iconv_t converter = iconv_open("UTF-8", from);
    return converter == (iconv_t)-1 ? NULL : converter;
}

// xmlFree is a variable, which cannot be loaded late; this function tells what it holds.
static inline void twine_xmlFree(void *memory) {
    xmlFreeFunc release;
    xmlMallocFunc allocate;
    xmlReallocFunc reallocate;
    xmlStrdupFunc duplicate;
    xmlMemGet(&release, &allocate, &reallocate, &duplicate);
    release(memory);
}
