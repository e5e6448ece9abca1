package dev.freshet.examples.faults;

/** Whether clients are to be told that something is lost to them. */
enum Resets {
    NONE,
    SOME
}
