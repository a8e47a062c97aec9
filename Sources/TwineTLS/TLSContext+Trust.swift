import COpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TLSContext {
    /// Whether a client looks at the server's certificate at all.
    private var looksAtCertificate: Bool {
        role == .client && (options.verifies || options.tellsDistrust)
    }

    /// Makes the options' authorities known.
    func loadTrust() throws(TLSError) {
        if looksAtCertificate {
            unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, TLSEngine.noteVerification)
            if options.trustsSystem { loadSystemTrust() }
        }
        if let file = options.authoritiesFile { try load(file) }
        if let folder = options.authoritiesFolder {
            guard unsafe access(folder, R_OK | X_OK) == 0,
                unsafe SSL_CTX_load_verify_dir(pointer, folder) == 1
            else { throw .unusableFile(path: folder, reason: Self.reason()) }
        }
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        var authorities = unsafe PEM.certificates(options.authorities)
        if !options.authorities.isEmpty, unsafe authorities.isEmpty {
            throw .unusableFile(path: "the authorities given", reason: "no PEM certificate in it")
        }
        while let certificate = unsafe authorities.popLast() {
            _ = unsafe X509_STORE_add_cert(store, certificate)
            unsafe X509_free(certificate)
        }
        if let file = options.revocationFile { try loadRevocations(file) }
    }

    /// A file of this size, in octets, is some dozen certificates: reading them at once takes no time.
    private static let smallFile = 65_536

    private func load(_ file: String) throws(TLSError) {
        if let bundle = CertificateBundle(path: file), bundle.size > Self.smallFile,
            bundle.isPlain
        {
            return unsafe bundle.serve(SSL_CTX_get_cert_store(pointer))
        }
        guard unsafe SSL_CTX_load_verify_file(pointer, file) == 1 else {
            throw .unusableFile(path: file, reason: Self.reason())
        }
    }

    /// Why the last call of OpenSSL or of the system failed.
    static func reason() -> String {
        let number = errno
        let error = OpenSSLError.take()
        // OpenSSL's own words for what the system says are none.
        guard error.code == 0 || error.isOfSystem || error.text == "system lib" else {
            return error.text
        }
        return unsafe strerror(number).map { unsafe String(cString: $0) } ?? error.text
    }

    // MARK: The system's authorities

    /// OpenSSL would read all of them, a hundred and more, which takes longer than the handshake; they are
    /// looked up when a server names one, in the folder by hash, then in the file of all.
    private func loadSystemTrust() {
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        let folder = unsafe Self.setting(
            X509_get_default_cert_dir_env(), X509_get_default_cert_dir())
        if let lookup = unsafe X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir()) {
            unsafe twine_X509_LOOKUP_add_dir(lookup, folder)
        }
        let file = unsafe Self.setting(
            X509_get_default_cert_file_env(), X509_get_default_cert_file())
        // An OpenSSL that was built elsewhere looks in places that this system does not have.
        let places = unsafe access(folder, R_OK) == 0 ? [file] : [file] + Self.bundles
        guard let found = places.first(where: { unsafe access($0, R_OK) == 0 }) else { return }
        if let bundle = CertificateBundle(path: found) { unsafe bundle.serve(store) }
    }

    @unsafe
    private static func setting(
        _ variable: UnsafePointer<CChar>?, _ standard: UnsafePointer<CChar>?
    ) -> String {
        if let variable = unsafe variable, let value = unsafe getenv(variable) {
            return unsafe String(cString: value)
        }
        return unsafe standard.map { unsafe String(cString: $0) } ?? ""
    }

    private static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem", "/etc/pki/tls/cacert.pem",
    ]

    // MARK: Revocation

    private func loadRevocations(_ file: String) throws(TLSError) {
        let store = unsafe SSL_CTX_get_cert_store(pointer)
        guard let lookup = unsafe X509_STORE_add_lookup(store, X509_LOOKUP_file()),
            unsafe X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) > 0
        else { throw .unusableFile(path: file, reason: Self.reason()) }
        let flags = UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)
        _ = unsafe X509_STORE_set_flags(store, flags)
    }
}
