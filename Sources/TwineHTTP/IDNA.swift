import CIDN2

/// International domain names: Unicode to the ASCII form that DNS knows.
///
/// UTS #46 without the transitional mappings, by libidn2. libidn2 checks more than the URL
/// standard does (hyphens, lengths, the IDNA2008 exclusion of symbols), so it is asked label by
/// label, and asked again in a laxer way where browsers accept what it refuses.
///
/// WHATWG URL §3.3, UTS #46 §4.
enum IDNA {
    /// The ASCII form of `domain`.
    ///
    /// - Parameter domain: Text with at least one scalar that is not ASCII, and without NUL.
    /// - Returns: Lower-case ASCII; the caller still refuses the code points forbidden in hosts.
    /// - Throws: ``WebURLError/hostNotInternational(reason:)``.
    static func toASCII(_ domain: String) throws(WebURLError) -> [UInt8] {
        var output: [UInt8] = []
        var label = String.UnicodeScalarView()
        for scalar in domain.unicodeScalars {
            switch scalar {
            case ".", "\u{3002}", "\u{FF0E}", "\u{FF61}":
                try appendLabel(label, to: &output)
                output.append(UInt8(ascii: "."))
                label.removeAll(keepingCapacity: true)
            case "\u{1E9E}":
                // A capital sharp s is a sharp s, and no longer "ss" as in libidn2's tables.
                label.append("\u{DF}")
            default:
                label.append(scalar)
            }
        }
        try appendLabel(label, to: &output)
        return output
    }

    private static func appendLabel(
        _ label: String.UnicodeScalarView, to output: inout [UInt8]
    ) throws(WebURLError) {
        let text = String(label)
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        if isASCII, !hasPunycodePrefix(text) {
            // libidn2 would refuse hyphens that ASCII labels may have (`r3---sn-x`).
            for octet in text.utf8 { output.append(lowercased(octet)) }
            return
        }
        var result = lookup(text, IDN2_NONTRANSITIONAL)
        // IDNA2008 excludes what UTS #46 allows: emoji, and capitals that newer tables map.
        if result.isDisallowed {
            let laxer = mapLeftovers(label)
            result = lookup(laxer, IDN2_NONTRANSITIONAL)
            // Without the four deviation characters both processings agree, and the
            // transitional one leaves out the IDNA2008 exclusions.
            if result.isDisallowed, !laxer.unicodeScalars.contains(where: isDeviation) {
                result = lookup(laxer, IDN2_TRANSITIONAL)
            }
        }
        switch result {
        case .success(let ascii): output += ascii
        case .failure(let code): throw .hostNotInternational(reason: message(code.value))
        }
    }

    fileprivate struct Code: Error {
        let value: Int32
    }

    private static func lookup(_ label: String, _ processing: idn2_flags) -> Result<[UInt8], Code> {
        var result: UnsafeMutablePointer<UInt8>?
        let flags = Int32(processing.rawValue | IDN2_NO_ALABEL_ROUNDTRIP.rawValue)
        let code = unsafe label.withCString { text in
            unsafe text.withMemoryRebound(to: UInt8.self, capacity: label.utf8.count + 1) {
                unsafe idn2_lookup_u8($0, &result, flags)
            }
        }
        defer { unsafe idn2_free(result) }
        guard code == IDN2_OK.rawValue, let ascii = unsafe result else {
            return .failure(Code(value: code))
        }
        var output: [UInt8] = []
        var index = 0
        while unsafe ascii[index] != 0 {
            unsafe output.append(ascii[index])
            index += 1
        }
        return .success(output)
    }

    /// Lower-cases capitals, and drops what Unicode 16 ignores but older tables disallow.
    private static func mapLeftovers(_ label: String.UnicodeScalarView) -> String {
        var mapped = ""
        for scalar in label {
            switch scalar.value {
            case 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x206A...0x206F, 0x3164, 0xFFA0:
                continue
            default:
                mapped += scalar.properties.lowercaseMapping
            }
        }
        return mapped
    }

    private static func isDeviation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\u{DF}", "\u{3C2}", "\u{200C}", "\u{200D}": true
        default: false
        }
    }

    private static func hasPunycodePrefix(_ label: String) -> Bool {
        label.utf8.count >= 4
            && zip(label.utf8, "xn--".utf8).allSatisfy { lowercased($0) == $1 }
    }

    private static func lowercased(_ octet: UInt8) -> UInt8 {
        octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") ? octet | 0x20 : octet
    }

    private static func message(_ code: Int32) -> String {
        guard let text = unsafe idn2_strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

extension Result where Failure == IDNA.Code {
    /// Whether a scalar was refused that IDNA2008 excludes.
    fileprivate var isDisallowed: Bool {
        guard case .failure(let code) = self else { return false }
        return code.value == IDN2_DISALLOWED.rawValue
    }
}
