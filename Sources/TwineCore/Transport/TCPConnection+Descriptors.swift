import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension TCPConnection: DescriptorTransport {
    /// See ``DescriptorTransport``.
    public func sendDescriptor(_ descriptor: Int32, with octets: [UInt8]) throws(SystemError) {
        guard case .unix = peer else { throw SystemError(errno: EAFNOSUPPORT) }
        guard acceptsWrites else { throw SystemError(errno: EPIPE) }
        guard !octets.isEmpty else { throw SystemError(errno: EINVAL) }
        let passed = self.passed ?? PassedDescriptors()
        guard !passed.isFull else { throw SystemError(errno: ENOBUFS) }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemError.last }
        passed.append(Descriptor(copy), ahead: output.count)
        self.passed = passed
        write(octets)
    }

    /// Receives octets, and hands over the descriptors that come with them.
    func receiveDescriptors(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var descriptors = [Int32](repeating: -1, count: 16)
        var passed = Int32(descriptors.count)
        let count = unsafe twine_receive_descriptors(
            number, buffer.baseAddress, buffer.count, &descriptors, &passed)
        for descriptor in descriptors.prefix(Int(passed)) {
            if let user = user as? any DescriptorReceiver {
                user.descriptorReceived(descriptor)
            } else {
                _ = Descriptor(descriptor)
            }
        }
        return count
    }
}
