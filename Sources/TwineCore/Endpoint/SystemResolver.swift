import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's own lookup, getaddrinfo(3) on a thread: it knows every source that the system is
/// set up for, and cannot be cancelled once it has begun.
@Reactor
public final class SystemResolver: NameResolver {
    /// The one of the process.
    public static let shared = SystemResolver()

    private init() {}

    /// See ``NameResolver``.
    public func addresses(of name: String, family: AddressFamily) -> Deferred<[IPAddress]> {
        deferToThread { try Self.lookUp(name, family) }
    }

    nonisolated private static func lookUp(
        _ name: String, _ family: AddressFamily
    ) throws(LookupError) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family == .ipv4 ? AF_INET : AF_INET6
        #if canImport(Glibc)
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(name, nil, &hints, &first)
        guard code == 0 else { throw error(code, name) }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = unsafe first
        while let entry = unsafe next?.pointee {
            if let socketAddress = unsafe entry.ai_addr {
                var storage = sockaddr_storage()
                unsafe withUnsafeMutableBytes(of: &storage) {
                    unsafe $0.copyMemory(
                        from: UnsafeRawBufferPointer(
                            start: socketAddress, count: Int(entry.ai_addrlen)))
                }
                if let ip = unsafe SocketAddress(storage, length: entry.ai_addrlen).ip {
                    addresses.append(ip)
                }
            }
            unsafe next = entry.ai_next
        }
        guard !addresses.isEmpty else { throw .noAddress(name) }
        return addresses
    }

    nonisolated private static func error(_ code: Int32, _ name: String) -> LookupError {
        let reason = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        switch code {
        case EAI_NONAME: return .noSuchName(name)
        #if canImport(Glibc)
        case -5, -9: return .noAddress(name)  // EAI_NODATA, EAI_ADDRFAMILY: behind _GNU_SOURCE
        #endif
        case EAI_AGAIN: return .noServer(name, tried: "the system's; \(reason)")
        case EAI_FAIL: return .serverFailure(name, code: reason)
        default: return .system(name, reason: reason)
        }
    }
}
