import TwineCore

// One timer serves a whole exchange: what is due is a number, and the timer looks when it fires.
extension HTTPExchange {
    /// Begins the time for the whole.
    func limitTotal() {
        guard let total = timeouts.total else { return }
        let now = client.clock.seconds()
        totalDue = now + total
        arm(now)
    }

    /// From now on `which` is the limit.
    func expect(_ which: HTTPTimeout) {
        timed = which
        let limit = timeouts.seconds(which) ?? .infinity
        let now = client.clock.seconds()
        due = now + limit
        arm(now)
    }

    /// Something came: the pause begins anew.
    func renewIdle() {
        guard let limit = timeouts.idle else { return }
        if timed != .idle { return expect(.idle) }
        due = client.clock.seconds() + limit
    }

    /// The caller holds the server back: only the whole is limited.
    func suspendIdle() {
        due = .infinity
    }

    func stopTimer() {
        due = .infinity
        if let timer, timer.isActive { timer.cancel() }
        timer = nil
    }

    private func arm(_ now: Double) {
        let next = min(due, totalDue)
        guard next < .infinity else { return }
        if let timer, timer.isActive {
            // A timer that fires too early costs less than one that is moved at every step.
            if timer.time > next { timer.reset(next - now) }
            return
        }
        timer = client.clock.callLater(next - now) { [weak self] in self?.timerFired() }
    }

    private func timerFired() {
        timer = nil
        guard phase != .done else { return }
        let now = client.clock.seconds()
        // Clocks count in fractions: what is due within a microsecond is due.
        if min(due, totalDue) > now + 1e-6 { return arm(now) }
        let which = totalDue <= due ? HTTPTimeout.total : timed
        failed(HTTPError.timeout(which, seconds: timeouts.seconds(which) ?? 0))
    }
}
