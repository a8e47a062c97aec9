import COpenSSL

#if os(Linux)
import CCrypt
import Glibc
#endif

/// The hashes of passwords that htpasswd and passwd(5) files hold.
enum PasswordHash {
    /// Whether a password fits a hash: `$apr1$`, `{SHA}`, or what crypt(3) of this system knows, such
    /// as `$2y$` (bcrypt), `$6$` (SHA-512) and `$y$` (yescrypt).
    ///
    /// - Parameters:
    ///   - password: The password that is claimed.
    ///   - hash: The hash, which says how it was made.
    /// - Returns: Whether they fit; not when the kind is not known here.
    static func matches(_ password: String, _ hash: String) -> Bool {
        let expected: String?
        if hash.hasPrefix("{SHA}") {
            expected = "{SHA}" + base64(unsafe digest(Array(password.utf8), EVP_sha1()))
        } else if hash.hasPrefix("$apr1$") {
            let salt = hash.dropFirst(6).prefix { $0 != "$" }.prefix(8)
            expected = apr1(Array(password.utf8), Array(salt.utf8))
        } else {
            expected = crypt(password, hash)
        }
        guard let expected else { return false }
        return equalInConstantTime(Array(expected.utf8), Array(hash.utf8))
    }

    private static func crypt(_ password: String, _ hash: String) -> String? {
        #if os(Linux)
        // An entry such as * or ! lets nobody in.
        guard hash.count > 12 else { return nil }
        return unsafe withUnsafeTemporaryAllocation(of: crypt_data.self, capacity: 1) { memory in
            guard let data = memory.baseAddress else { return nil }
            unsafe memset(data, 0, MemoryLayout<crypt_data>.size)
            guard let result = unsafe crypt_r(password, hash, data) else { return nil }
            let text = unsafe String(cString: result)
            return text.hasPrefix("*") ? nil : text
        }
        #else
        return nil
        #endif
    }

    private static func digest(_ octets: [UInt8], _ kind: OpaquePointer?) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 64)
        var count: UInt32 = 0
        _ = unsafe EVP_Digest(octets, octets.count, &output, &count, kind, nil)
        return Array(output.prefix(Int(count)))
    }

    private static func base64(_ octets: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: octets.count / 3 * 4 + 5)
        let count = unsafe EVP_EncodeBlock(&output, octets, Int32(octets.count))
        return String(decoding: output.prefix(Int(count)), as: UTF8.self)
    }

    /// Apache's variant of the MD5 crypt: a thousand rounds of MD5 over password and salt.
    private static func apr1(_ password: [UInt8], _ salt: [UInt8]) -> String {
        let inner = unsafe digest(password + salt + password, EVP_md5())
        var mixed = password + Array("$apr1$".utf8) + salt
        var left = password.count
        while left > 0 {
            mixed += inner.prefix(min(16, left))
            left -= 16
        }
        left = password.count
        while left > 0 {
            mixed.append(left & 1 == 1 ? 0 : password[0])
            left >>= 1
        }
        var final = unsafe digest(mixed, EVP_md5())
        for round in 0..<1000 {
            var next = round & 1 == 1 ? password : final
            if round % 3 != 0 { next += salt }
            if round % 7 != 0 { next += password }
            next += round & 1 == 1 ? final : password
            final = unsafe digest(next, EVP_md5())
        }
        let signs = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var text = ""
        func append(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ count: Int) {
            var value = Int(a) << 16 | Int(b) << 8 | Int(c)
            for _ in 0..<count {
                text.append(signs[value & 63])
                value >>= 6
            }
        }
        for (a, b, c) in [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)] {
            append(final[a], final[b], final[c], 4)
        }
        append(0, 0, final[11], 2)
        return "$apr1$" + String(decoding: salt, as: UTF8.self) + "$" + text
    }
}
