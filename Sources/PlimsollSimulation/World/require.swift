/// Traps with a sentence unless something holds. Unlike `precondition` it says the sentence in an
/// optimised build, too, and the simulation is always optimised.
@inline(__always)
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) {
    if !condition { fatalError(sentence()) }
}
