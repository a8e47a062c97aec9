import COpenSSL

/// Reading of PEM texts.
enum PEM {
    /// The certificates in a text; the caller frees them.
    @unsafe
    static func certificates(_ text: [UInt8]) -> [OpaquePointer] {
        guard !text.isEmpty, let bio = unsafe BIO_new_mem_buf(text, Int32(text.count)) else {
            return unsafe []
        }
        defer { unsafe BIO_free(bio) }
        var certificates: [OpaquePointer] = unsafe []
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            unsafe certificates.append(certificate)
        }
        ERR_clear_error()
        return unsafe certificates
    }

    /// The private key in a text; the caller frees it.
    @unsafe
    static func privateKey(_ text: [UInt8]) -> OpaquePointer? {
        guard !text.isEmpty, let bio = unsafe BIO_new_mem_buf(text, Int32(text.count)) else {
            return nil
        }
        defer { unsafe BIO_free(bio) }
        let key = unsafe PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        ERR_clear_error()
        return unsafe key
    }
}
