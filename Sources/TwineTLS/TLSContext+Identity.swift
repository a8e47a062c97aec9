import COpenSSL

extension TLSContext {
    /// Makes this side's own certificate and key known.
    func loadIdentity() throws(TLSError) {
        if let file = options.certificateFile { try loadCertificate(file) }
        if let file = options.privateKeyFile ?? options.certificateFile {
            let form =
                options.privateKeyFile == nil ? options.certificateForm : options.privateKeyForm
            try loadKey(file, form)
        }
        if !options.certificate.isEmpty { try useCertificate() }
    }

    private func loadCertificate(_ file: String) throws(TLSError) {
        let isLoaded =
            switch options.certificateForm {
            case .pem: unsafe SSL_CTX_use_certificate_chain_file(pointer, file)
            case .der: unsafe SSL_CTX_use_certificate_file(pointer, file, SSL_FILETYPE_ASN1)
            }
        guard isLoaded == 1 else { throw .unusableFile(path: file, reason: Self.reason()) }
    }

    private func loadKey(_ file: String, _ form: TLSOptions.FileForm) throws(TLSError) {
        guard let bio = unsafe BIO_new_file(file, "rb") else {
            throw .unusableFile(path: file, reason: Self.reason())
        }
        defer { unsafe BIO_free(bio) }
        let password = KeyPassword(options.privateKeyPassword)
        let key =
            switch form {
            case .pem:
                unsafe password.read(bio)
            case .der: unsafe d2i_PrivateKey_bio(bio, nil)
            }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe key != nil else {
            let error = OpenSSLError.take()
            if password.wasAsked { throw .wrongKeyPassword(path: file) }
            // What OpenSSL says of a file with other things in it.
            let isOther = ["unsupported", "no start line"].contains(error.text)
            throw .unusableFile(
                path: file, reason: isOther ? "there is no private key in it" : error.text)
        }
        guard unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw .unusableFile(path: file, reason: OpenSSLError.take().text)
        }
    }

    private func useCertificate() throws(TLSError) {
        var chain = unsafe PEM.certificates(options.certificate)
        guard unsafe !chain.isEmpty else {
            throw .unusableFile(path: "the certificate given", reason: "no PEM certificate in it")
        }
        let own = unsafe chain.removeFirst()
        _ = unsafe SSL_CTX_use_certificate(pointer, own)
        unsafe X509_free(own)
        unsafe chain.reverse()
        while let issuer = unsafe chain.popLast() {
            // This call takes the certificate over.
            _ = unsafe SSL_CTX_ctrl(
                pointer, SSL_CTRL_EXTRA_CHAIN_CERT, 0, UnsafeMutableRawPointer(issuer))
        }
        let key = unsafe PEM.privateKey(options.privateKey)
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe key != nil,
            unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1
        else {
            throw .unusableFile(
                path: "the private key given", reason: "it is no PEM key for the certificate")
        }
    }
}

/// Answers OpenSSL's question for the password of a key; without an answer it would ask at the terminal.
@safe
final class KeyPassword {
    private let octets: [UInt8]
    /// Whether the key turned out to be encrypted.
    private(set) var wasAsked = false

    init(_ password: String?) { octets = Array((password ?? "").utf8) }

    /// The key in a PEM text; the caller frees it.
    @unsafe
    func read(_ bio: OpaquePointer) -> OpaquePointer? {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return unsafe PEM_read_bio_PrivateKey(
            bio, nil,
            { buffer, room, _, context in
                guard let buffer = unsafe buffer, let context = unsafe context else { return 0 }
                let password = unsafe Unmanaged<KeyPassword>.fromOpaque(context)
                    .takeUnretainedValue()
                return unsafe password.give(buffer, room)
            }, context)
    }

    @unsafe
    private func give(_ buffer: UnsafeMutablePointer<CChar>, _ room: Int32) -> Int32 {
        wasAsked = true
        let count = min(Int(room), octets.count)
        for index in 0..<count { unsafe buffer[index] = CChar(bitPattern: octets[index]) }
        return Int32(count)
    }
}
