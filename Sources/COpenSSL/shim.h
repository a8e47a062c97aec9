#pragma once
#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// Macros, which Swift does not import, as functions.
static inline int twine_SSL_CTX_set_versions(SSL_CTX *context, int min, int max) {
    return SSL_CTX_set_min_proto_version(context, min) && SSL_CTX_set_max_proto_version(context, max);
}
static inline void twine_SSL_CTX_set_modes(SSL_CTX *context) {
    // Buffers are freed while a connection is idle; a write may be repeated from elsewhere.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                                  | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}
static inline void twine_SSL_CTX_client_cache(SSL_CTX *context, int (*added)(SSL *, SSL_SESSION *)) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, added);
}
static inline int twine_SSL_set_server_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline void twine_SSL_CTX_on_server_name(SSL_CTX *context, int (*chosen)(SSL *, int *, void *),
                                                void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, chosen);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}
static inline void twine_SSL_set_context(SSL *ssl, void *context) { SSL_set_app_data(ssl, context); }
static inline void *twine_SSL_context(const SSL *ssl) { return SSL_get_app_data(ssl); }
static inline SSL *twine_store_SSL(X509_STORE_CTX *store) {
    return X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
}
static inline long twine_BIO_contents(BIO *bio, const void **bytes) {
    char *data = NULL;
    long count = BIO_get_mem_data(bio, &data);
    *bytes = data;
    return count;
}
static inline void twine_BIO_clear(BIO *bio) { (void)BIO_reset(bio); }
static inline int twine_error_reason(unsigned long code) { return ERR_GET_REASON(code); }

/// The names that a certificate is for, a comma between two; returns their length.
static inline size_t twine_X509_names(X509 *certificate, char *output, size_t room) {
    size_t length = 0;
    output[0] = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
        GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        char text[300] = "";
        if (name->type == GEN_DNS) {
            // Whoever made the certificate may have put anything in; a comma parts the names here.
            const unsigned char *octets = ASN1_STRING_get0_data(name->d.dNSName);
            int count = ASN1_STRING_length(name->d.dNSName), last = (int)sizeof text - 1;
            for (int k = 0; k < count && k < last; k++)
                text[k] = octets[k] > ' ' && octets[k] < 127 && octets[k] != ',' ? (char)octets[k] : '?';
        } else if (name->type == GEN_IPADD) {
            int count = ASN1_STRING_length(name->d.iPAddress);
            if (count == 4 || count == 16)
                inet_ntop(count == 4 ? AF_INET : AF_INET6,
                          ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof text);
        }
        size_t more = strlen(text) + (length ? 1 : 0);
        if (!*text || length + more + 1 > room) continue;
        length += (size_t)snprintf(output + length, room - length, "%s%s", length ? "," : "", text);
    }
    GENERAL_NAMES_free(names);
    return length;
}
/// A name as `CN=…,O=…`.
static inline void twine_X509_name(const X509_NAME *name, char *output, size_t room) {
    BIO *bio = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    int count = BIO_read(bio, output, (int)room - 1);
    output[count > 0 ? count : 0] = 0;
    BIO_free(bio);
}
/// A time as `2026-11-23 12:00 UTC`.
static inline void twine_ASN1_time(const ASN1_TIME *time, char *output, size_t room) {
    struct tm t;
    output[0] = 0;
    if (ASN1_TIME_to_tm(time, &t)) strftime(output, room, "%Y-%m-%d %H:%M UTC", &t);
}
