/// Where an exchange stands, seen from its answer.
enum ExchangePhase: UInt8, CaseIterable {
    /// Holds a ticket; waits for a permit.
    case queued
    /// Holds a permit; its attempt's connection is being made.
    case connecting
    /// Holds nothing; waits before it asks for a permit for another attempt.
    case pausing
    /// The attempt's request is going out; no final answer has come.
    case awaitingAnswer
    /// The final answer's head has gone to the client, its body is on the way.
    case relaying
    /// Both sides speak freely after a 101.
    case tunnelling
    /// The whole answer is with the client's connection; the upstream's part is settled.
    case answered
    /// Over; about to leave the table.
    case ended
}

/// What happens to an exchange.
enum ExchangeEvent: Equatable {
    case permitGranted
    /// No permit was free: it has a ticket.
    case queued
    /// The attempt has a connection, new or kept alive.
    case connected
    /// A fresh connection is to be made.
    case connecting
    case answerBegan
    case upgraded
    /// The whole answer was handed to the client's connection: the upstream's last byte, or all
    /// of one made here.
    case answerComplete
    /// This attempt came to nothing and another one follows.
    case attemptAbandoned
    /// The next attempt is for later.
    case paused
    /// Now is later.
    case resumed
    /// Nothing more can come of it: broken off after the answer began, or the client has left.
    case brokenOff
    /// The client's connection has sent all of the answer.
    case delivered
}

extension ExchangePhase {
    /// Moves on. Which events are possible in which phase is this table; any other is our error.
    mutating func handle(_ event: ExchangeEvent) {
        switch (self, event) {
        case (.queued, .permitGranted):
            self = .connecting
        case (.connecting, .connecting):
            break
        case (.connecting, .queued):
            self = .queued
        case (.connecting, .connected):
            self = .awaitingAnswer
        case (.connecting, .paused):
            self = .pausing
        case (.pausing, .resumed):
            self = .connecting
        case (.connecting, .attemptAbandoned), (.awaitingAnswer, .attemptAbandoned):
            self = .connecting
        case (.awaitingAnswer, .answerBegan):
            self = .relaying
        case (.awaitingAnswer, .upgraded):
            self = .tunnelling
        case (.queued, .answerComplete), (.connecting, .answerComplete),
            (.pausing, .answerComplete),
            (.awaitingAnswer, .answerComplete), (.relaying, .answerComplete):
            self = .answered
        case (.answered, .delivered):
            self = .ended
        case (.queued, .brokenOff), (.connecting, .brokenOff), (.pausing, .brokenOff),
            (.awaitingAnswer, .brokenOff), (.relaying, .brokenOff), (.tunnelling, .brokenOff),
            (.answered, .brokenOff):
            self = .ended
        case (.queued, _), (.connecting, _), (.pausing, _), (.awaitingAnswer, _), (.relaying, _),
            (.tunnelling, _), (.answered, _), (.ended, _):
            preconditionFailure("an exchange that is \(self) heard \(event)")
        }
    }
}
