import CTwine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

// An attempt to connect.
extension TCPConnection {
    /// Connects to `address`; the connection does nothing until ``attach(_:)``.
    static func connect(
        to address: SocketAddress, from local: SocketAddress?
    ) -> Deferred<TCPConnection> {
        let number = twine_socket(address.family, false)
        guard number >= 0 else { return fail(ConnectError(SystemError.last, address)) }
        let descriptor = Descriptor(number)
        if let local, local.bindSocket(number) < 0 {
            return fail(CannotListenError(address: local, reason: SystemError.last))
        }
        if address.connectSocket(number) == 0 {
            return succeed(TCPConnection(connected: descriptor, peer: address))
        }
        // A Unix socket whose queue is full says EAGAIN, and is not connected later.
        let error = SystemError.last
        guard error.errno == EINPROGRESS else { return fail(ConnectError(error, address)) }
        var connection: TCPConnection?
        let deferred = Deferred<TCPConnection>(canceller: { deferred in
            connection?.giveUp(ConnectError.cancelled(host: address.description))
        })
        let made = TCPConnection(connecting: descriptor, peer: address, deferred)
        connection = made
        made.interest = .write
        return deferred
    }

    /// Ends an attempt that is still under way.
    func giveUp(_ error: any Error) {
        guard phase == .connecting else { return }
        phase = .closed
        close()
        connecting.take()?.errback(error)
    }

    /// The attempt under way has come to something.
    func connectionAttemptEnded() {
        let code = twine_socket_error(number)
        guard code == 0 else {
            return giveUp(ConnectError(SystemError(errno: code), peer))
        }
        phase = .open
        interest = []
        connecting.take()?.callback(self)
    }
}
