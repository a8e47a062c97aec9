#pragma once
#include "../CLazy/include/CLazy.h"
#include "crypto.functions.h"
#include "ssl.functions.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
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
static inline int twine_is_system_error(unsigned long code) { return ERR_SYSTEM_ERROR(code) || ERR_GET_LIB(code) == ERR_LIB_BIO; }
static inline int twine_X509_LOOKUP_add_dir(X509_LOOKUP *lookup, const char *folder) {
    return X509_LOOKUP_add_dir(lookup, folder, X509_FILETYPE_PEM);
}

/// An HMAC that is begun with a key; NULL if the library does not have the digest.
static inline EVP_MAC_CTX *twine_HMAC_begin(const char *digest, const void *key, size_t count) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end()};
    EVP_MAC_free(mac);
    if (context && !EVP_MAC_init(context, key ? key : "", count, parameters)) {
        EVP_MAC_CTX_free(context);
        context = NULL;
    }
    return context;
}

/// An RSA key of its eight numbers, big-endian one after the other: n, e, d, p, q, dp, dq, qi.
static inline EVP_PKEY *twine_RSA_pair(const unsigned char *octets, const size_t lengths[8]) {
    static const char *const names[] = {
        OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
        OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
        OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
    EVP_PKEY *key = NULL;
    BIGNUM *numbers[8] = {NULL};
    OSSL_PARAM *parameters = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    int good = builder && context;
    for (int i = 0; i < 8 && good; octets += lengths[i++]) {
        numbers[i] = BN_bin2bn(octets, (int)lengths[i], NULL);
        good = numbers[i] && OSSL_PARAM_BLD_push_BN(builder, names[i], numbers[i]);
    }
    if (good) parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    OSSL_PARAM_free(parameters);
    for (int i = 0; i < 8; i++) BN_clear_free(numbers[i]);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}
/// A key of an elliptic curve: the point as 04, x and y, and the number that is kept secret.
static inline EVP_PKEY *twine_EC_pair(const char *curve, const unsigned char *point, size_t pointLength,
                                     const unsigned char *secret, size_t secretLength) {
    EVP_PKEY *key = NULL;
    BIGNUM *number = BN_bin2bn(secret, (int)secretLength, NULL);
    OSSL_PARAM *parameters = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (number && builder && context
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0)
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, pointLength)
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    if (parameters && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    OSSL_PARAM_free(parameters);
    BN_clear_free(number);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    context = key ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
    // Nothing else would tell that the two do not belong together.
    if (!context || EVP_PKEY_pairwise_check(context) != 1) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}
/// Signs octets; `digest` is NULL for Ed25519 and Ed448. The signature's length, or 0 on failure.
static inline size_t twine_sign(EVP_PKEY *key, const char *digest, const void *octets, size_t count,
                                unsigned char *signature, size_t room) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = room;
    if (!context || EVP_DigestSignInit_ex(context, NULL, digest, NULL, NULL, key, NULL) != 1
        || EVP_DigestSign(context, signature, &length, octets, count) != 1)
        length = 0;
    EVP_MD_CTX_free(context);
    return length;
}
/// The two numbers of an ECDSA signature in DER, `size` octets each; 1, or 0 on failure.
static inline int twine_ECDSA_numbers(const unsigned char *der, size_t length, unsigned char *numbers,
                                      int size) {
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)length);
    int done = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), numbers, size) == size
        && BN_bn2binpad(ECDSA_SIG_get0_s(signature), numbers + size, size) == size;
    ECDSA_SIG_free(signature);
    return done;
}

/// The certificate at a place of the chain that the peer sent, its own first; NULL behind the last.
static inline X509 *twine_SSL_peer_certificate(const SSL *ssl, int place) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    return chain && place < sk_X509_num(chain) ? sk_X509_value(chain, place) : NULL;
}

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

/// Makes a P-256 key and a certificate for it, signed by itself, for the names of a subjectAltName such
/// as "DNS:localhost,IP:127.0.0.1"; both as PEM, and the certificate's SHA-256. 1, or 0 on failure.
static inline int twine_self_signed(const char *names, long days, BIO *certificate, BIO *key,
                                    unsigned char fingerprint[32]) {
    int done = 0;
    unsigned int length = 0;
    unsigned char serial[16];
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    BIGNUM *number = NULL;
    X509_EXTENSION *extension = NULL;
    if (!pair || !made || RAND_bytes(serial, sizeof serial) != 1) goto end;
    serial[0] &= 0x7f;
    number = BN_bin2bn(serial, sizeof serial, NULL);
    if (!number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made))) goto end;
    X509_set_version(made, 2);
    // A clock that is a little behind should take it as well.
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), days * 86400);
    X509_NAME *name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"self-signed", -1, -1, 0);
    X509_set_issuer_name(made, name);
    X509_set_pubkey(made, pair);
    const int kinds[] = {NID_subject_alt_name, NID_ext_key_usage};
    const char *values[] = {names, "serverAuth"};
    for (int i = 0; i < 2; i++) {
        extension = X509V3_EXT_conf_nid(NULL, NULL, kinds[i], values[i]);
        if (!extension || !X509_add_ext(made, extension, -1)) goto end;
        X509_EXTENSION_free(extension);
        extension = NULL;
    }
    done = X509_sign(made, pair, EVP_sha256()) > 0 && PEM_write_bio_X509(certificate, made) == 1
        && PEM_write_bio_PrivateKey(key, pair, NULL, NULL, 0, NULL, NULL) == 1
        && X509_digest(made, EVP_sha256(), fingerprint, &length) == 1;
end:
    X509_EXTENSION_free(extension);
    BN_free(number);
    X509_free(made);
    EVP_PKEY_free(pair);
    return done;
}

/// A public key of OpenSSL's name for its kind, from the parameters that `build` holds; frees those.
static inline EVP_PKEY *twine_public_key(const char *kind, OSSL_PARAM_BLD *build) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = build ? OSSL_PARAM_BLD_to_param(build) : NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    ERR_clear_error();
    return key;
}
/// A public RSA key of a modulus and an exponent, the highest octet first; NULL if it is none.
static inline EVP_PKEY *twine_RSA_key(const unsigned char *modulus, size_t modulus_length,
                                      const unsigned char *exponent, size_t exponent_length) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_length, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_length, NULL);
    if (build && n && e && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n)
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        key = twine_public_key("RSA", build);
    else
        OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return key;
}
/// A public key on a curve, from its point as octets; NULL if it is none.
static inline EVP_PKEY *twine_EC_key(const char *curve, const unsigned char *point, size_t length) {
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    if (!build || !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0)
        || !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, length)) {
        OSSL_PARAM_BLD_free(build);
        return NULL;
    }
    return twine_public_key("EC", build);
}
/// 1 if a signature fits, 0 if not, -1 if the library, or its policy, does not check such a one.
static inline int twine_verify(EVP_PKEY *key, const EVP_MD *digest, const unsigned char *signature,
                               size_t signature_length, const unsigned char *octets, size_t length) {
    int result = -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1)
        result = EVP_DigestVerify(context, signature, signature_length, octets, length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return result;
}
