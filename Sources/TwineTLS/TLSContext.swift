import COpenSSL
import Synchronization

/// Options made ready for use: authorities loaded, certificates read, sessions remembered.
///
/// Making one costs milliseconds when the system's authorities are one file; make it once and use it
/// for many connections.
@safe
public final class TLSContext: @unchecked Sendable {
    /// Which side of a connection.
    public enum Role: Hashable, Sendable {
        /// The side that connects.
        case client
        /// The side that listens.
        case server
    }

    /// Which side it is for.
    public let role: Role
    /// What it was made from.
    public let options: TLSOptions

    // OpenSSL counts references to it and locks it itself.
    let pointer: OpaquePointer
    /// Sessions of servers that offered to resume, the newest one each.
    private let sessions = SessionStore()
    /// The server's further certificates, by the names they are for.
    private let byName = Mutex<[String: TLSContext]>([:])
    private let protocols: UnsafeMutablePointer<[UInt8]>

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - role: Which side it is for.
    ///   - options: How TLS is to be done.
    /// - Throws: ``TLSError/unusableFile(path:reason:)``.
    public init(_ role: Role, _ options: TLSOptions = TLSOptions()) throws(TLSError) {
        self.role = role
        self.options = options
        guard
            let context = unsafe SSL_CTX_new(
                role == .client ? TLS_client_method() : TLS_server_method())
        else { throw .broken(reason: OpenSSLError.take().text) }
        unsafe pointer = context
        unsafe protocols = .allocate(capacity: 1)
        unsafe protocols.initialize(to: Self.wireForm(options.applicationProtocols))
        _ = unsafe twine_SSL_CTX_set_versions(
            context, options.oldest.rawValue, options.newest.rawValue)
        unsafe twine_SSL_CTX_set_modes(context)
        try chooseCiphers()
        try loadTrust()
        try loadIdentity()
        switch role {
        case .client: setUpClient()
        case .server: setUpServer()
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
        unsafe protocols.deinitialize(count: 1)
        unsafe protocols.deallocate()
    }

    private func chooseCiphers() throws(TLSError) {
        if options.oldest < .tls12, options.ciphers == nil {
            unsafe SSL_CTX_set_security_level(pointer, 0)
        }
        if let ciphers = options.ciphers, unsafe SSL_CTX_set_cipher_list(pointer, ciphers) == 0 {
            ERR_clear_error()
            throw .unusableFile(path: "cipher list \"\(ciphers)\"", reason: "no such cipher")
        }
        if let suites = options.cipherSuites, unsafe SSL_CTX_set_ciphersuites(pointer, suites) == 0
        {
            ERR_clear_error()
            throw .unusableFile(path: "cipher suites \"\(suites)\"", reason: "no such suite")
        }
    }

    // MARK: Client

    private func setUpClient() {
        unsafe twine_SSL_CTX_client_cache(pointer) { ssl, session in
            guard let ssl = unsafe ssl, let session = unsafe session,
                let raw = unsafe twine_SSL_context(ssl)
            else { return 0 }
            let engine = unsafe Unmanaged<TLSEngine>.fromOpaque(raw).takeUnretainedValue()
            guard let key = engine.sessionKey else { return 0 }
            unsafe engine.context.sessions.put(session, for: key)
            return 1
        }
        let list = unsafe protocols.pointee
        if !list.isEmpty { _ = unsafe SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) }
    }

    /// The session to resume with a server, which the caller frees; one of TLS 1.3 is used once
    /// (RFC 8446 C.4), an older one again and again.
    func takeSession(for key: String) -> OpaquePointer? {
        unsafe sessions.take(key)
    }

    // MARK: Server

    private func setUpServer() {
        var identity = Array("twine".utf8)
        _ = unsafe SSL_CTX_set_session_id_context(pointer, &identity, UInt32(identity.count))
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, chosenCount, offered, offeredCount, argument in
                guard let list = unsafe argument?.assumingMemoryBound(to: [UInt8].self),
                    unsafe !list.pointee.isEmpty
                else { return SSL_TLSEXT_ERR_NOACK }
                var match: UnsafeMutablePointer<UInt8>?
                var matchCount: UInt8 = 0
                let result = unsafe list.pointee.withUnsafeBufferPointer { ours in
                    unsafe SSL_select_next_proto(
                        &match, &matchCount, ours.baseAddress, UInt32(ours.count), offered,
                        offeredCount)
                }
                guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                unsafe chosen?.pointee = UnsafePointer(match)
                unsafe chosenCount?.pointee = matchCount
                return SSL_TLSEXT_ERR_OK
            }, protocols)
        unsafe twine_SSL_CTX_on_server_name(
            pointer,
            { ssl, _, argument in
                guard let ssl = unsafe ssl, let argument = unsafe argument,
                    let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
                else { return SSL_TLSEXT_ERR_NOACK }
                let context = unsafe Unmanaged<TLSContext>.fromOpaque(argument)
                    .takeUnretainedValue()
                if let other = unsafe context.context(forName: String(cString: name)) {
                    unsafe SSL_set_SSL_CTX(ssl, other.pointer)
                }
                return SSL_TLSEXT_ERR_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Gives a server another certificate for the clients that ask for `name` (SNI, RFC 6066 §3).
    ///
    /// - Parameters:
    ///   - context: A server context with that certificate.
    ///   - name: A host name, or `*.` and a domain for the names one level below it.
    public func use(_ context: TLSContext, forName name: String) {
        byName.withLock { $0[name.lowercased()] = context }
    }

    private func context(forName name: String) -> TLSContext? {
        let name = name.lowercased()
        return byName.withLock { contexts in
            if let exact = contexts[name] { return exact }
            guard let dot = name.firstIndex(of: ".") else { return nil }
            return contexts["*" + name[dot...]]
        }
    }

    /// Names with their lengths before them, as ALPN sends them.
    private static func wireForm(_ protocols: [String]) -> [UInt8] {
        protocols.filter { (1...255).contains($0.utf8.count) }
            .flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    }
}

/// Sessions to resume, by server; bounded.
@safe
private final class SessionStore: @unchecked Sendable {
    /// More servers than this are not remembered: the oldest goes first.
    private static let limit = 1000

    private let lock = Mutex(())
    private var sessions: [String: OpaquePointer] = unsafe [:]
    private var order: [String] = []

    deinit {
        while let (_, session) = unsafe sessions.popFirst() { unsafe SSL_SESSION_free(session) }
    }

    func put(_ session: OpaquePointer, for key: String) {
        lock.withLock { _ in
            if let old = unsafe sessions.updateValue(session, forKey: key) {
                unsafe SSL_SESSION_free(old)
                return
            }
            order.append(key)
            guard order.count > Self.limit else { return }
            if let oldest = unsafe sessions.removeValue(forKey: order.removeFirst()) {
                unsafe SSL_SESSION_free(oldest)
            }
        }
    }

    func take(_ key: String) -> OpaquePointer? {
        unsafe lock.withLock { _ in
            guard let session = unsafe sessions[key] else { return nil }
            if unsafe SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION {
                unsafe SSL_SESSION_up_ref(session)
            } else {
                unsafe sessions[key] = nil
                order.removeAll { $0 == key }
            }
            return unsafe session
        }
    }
}
