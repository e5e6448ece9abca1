package dev.freshet.harness;

/** Which of the processes that run tests at once this is, or the one that has started this. */
public final class TestFork {
    static final String PROPERTY = "freshet.fork";

    /** The number, from 1 on, or 0 where nothing says it, such as in an IDE. */
    public static final int NUMBER = Integer.getInteger(PROPERTY, 0);

    private TestFork() {}
}
