package dev.freshet.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts and throwables of strangers, as they are logged. */
class LogTextTest {
    private static Throwable escaped(Throwable thrown) {
        return (Throwable) LogText.escaped(new Object[] {thrown})[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\u00fcber \u20ac", "\ud83d\ude00", "\u2027\u202f", "\u2065\u206a"})
    void aTextWithoutControlCharactersIsReturnedItself(String text) {
        assertThat(LogText.escaped(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(
            chars = {
                '\u0000', '\t', '\u001b', '\u007f', '\u0085', '\u009f', '\u2028', '\u2029', '\u202a', '\u202e',
                '\u2066', '\u2069'
            })
    void aCharacterThatControlsTheOutputIsShownByItsNumber(char c) {
        assertThat(LogText.escaped("ab" + c + "cd")).isEqualTo("ab\\u%04xcd".formatted((int) c));
    }

    @Test
    void lineEndsAreShownByTheirNames() {
        assertThat(LogText.escaped("a\nb\r\nc")).isEqualTo("a\\nb\\r\\nc");
    }

    @Test
    void valuesOfEveryTypeAreTexts() {
        assertThat(LogText.escaped("a\nb", 7, null)).containsExactly("a\\nb", "7", "null");
    }

    @Test
    void aThrowableOfPlainTextIsReturnedItself() {
        Throwable thrown = new IOException("plain", new IllegalStateException("plain, too"));
        thrown.addSuppressed(new IllegalArgumentException("plain as well"));
        assertThat(escaped(thrown)).isSameAs(thrown);
    }

    @Test
    void aThrowableIsCopiedWithItsTextEscapedAndItsStackTrace() {
        Throwable thrown = new IOException("a\nb");
        assertThat(escaped(thrown))
                .hasToString("java.io.IOException: a\\nb")
                .extracting(Throwable::getStackTrace)
                .isEqualTo(thrown.getStackTrace());
    }

    @Test
    void theTextOfACauseIsEscaped() {
        Throwable copy = escaped(new IOException("plain", new IllegalStateException("a\nb")));
        assertThat(copy).hasToString("java.io.IOException: plain");
        assertThat(copy.getCause()).hasToString("java.lang.IllegalStateException: a\\nb");
    }

    @Test
    void theTextOfASuppressedThrowableIsEscapedWhicheverItIs() {
        Throwable thrown = new IOException("plain");
        thrown.addSuppressed(new IllegalStateException("a\nb"));
        thrown.addSuppressed(new IllegalStateException("plain"));
        assertThat(escaped(thrown).getSuppressed())
                .extracting(Throwable::toString)
                .containsExactly("java.lang.IllegalStateException: a\\nb", "java.lang.IllegalStateException: plain");
    }

    @Test
    void theTextOfACauseBehindManyOthersIsEscaped() {
        Throwable thrown = new IllegalStateException("a\nb");
        for (int i = 0; i < 50; i++) {
            thrown = new IOException("plain", thrown);
        }
        assertThat(Throwables.getStackTrace(escaped(thrown))).contains("a\\nb").doesNotContain("a\nb");
    }

    @Test
    void ofMoreThrowablesThanAreCopiedTheLastAreLeftOut() {
        Throwable thrown = new IllegalStateException("a\nb");
        for (int i = 0; i < 500; i++) {
            thrown = new IOException("plain", thrown);
        }
        int copied = 0;
        for (Throwable next = escaped(thrown); next != null; next = next.getCause()) {
            copied++;
        }
        assertThat(copied).isEqualTo(128);
    }

    @Test
    void ofMoreSuppressedThrowablesThanAreCopiedTheLastAreLeftOut() {
        Throwable thrown = new IOException("plain");
        for (int i = 0; i < 500; i++) {
            thrown.addSuppressed(new IllegalStateException("a\nb"));
        }
        assertThat(escaped(thrown).getSuppressed()).hasSize(127);
    }

    @Test
    void theCauseIsCopiedBeforeSuppressedThrowables() {
        Throwable thrown = new IOException("plain", new IllegalStateException("cause\n"));
        for (int i = 0; i < 500; i++) {
            thrown.addSuppressed(new IllegalStateException("a\nb"));
        }
        assertThat(escaped(thrown)).hasCauseInstanceOf(Throwable.class);
        assertThat(escaped(thrown).getCause()).hasToString("java.lang.IllegalStateException: cause\\n");
        assertThat(escaped(thrown).getSuppressed()).hasSize(126);
    }

    @Test
    void asManyThrowablesAsAreCopiedAreReturnedThemselvesIfTheyArePlain() {
        Throwable first = new IllegalStateException("plain");
        Throwable thrown = first;
        for (int i = 0; i < 127; i++) {
            thrown = new IOException("plain", thrown);
        }
        first.addSuppressed(thrown);
        assertThat(escaped(thrown)).isSameAs(thrown);
    }

    @Test
    void aCircleIsCopiedAsOne() {
        Throwable first = new IOException("a\nb");
        Throwable second = new IllegalStateException("c", first);
        first.addSuppressed(second);
        Throwable copy = escaped(first);
        Throwable suppressed = copy.getSuppressed()[0];
        assertThat(suppressed).hasToString("java.lang.IllegalStateException: c");
        assertThat(suppressed.getCause()).isSameAs(copy);
    }

    @Test
    void aPlainCircleIsReturnedItself() {
        Throwable first = new IOException("a");
        first.addSuppressed(new IllegalStateException("b", first));
        assertThat(escaped(first)).isSameAs(first);
    }

    @Test
    void throwablesThatLeadToEachOtherInTwoWaysAreReadOnce() {
        Throwable first = new IOException("a");
        Throwable second = new IllegalStateException("b", first);
        second.addSuppressed(first);
        first.initCause(second);
        first.addSuppressed(second);
        assertThat(escaped(first)).isSameAs(first);
    }

    @Test
    void aThrowableThatIsItsOwnCauseIsCopiedWithoutOne() {
        Throwable thrown = new Exception("a\nb") {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        assertThat(escaped(thrown)).hasNoCause().message().endsWith("a\\nb");
    }

    private enum Fault {
        TEXT,
        NULL_TEXT,
        MESSAGE,
        LOCALIZED_MESSAGE,
        CAUSE,
        STACK_TRACE,
        NULL_STACK_TRACE
    }

    /** A throwable of an application of which one method fails. */
    @SuppressWarnings("NullAway") // as code that is not checked
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Fault fault;

        Unreadable(Fault fault) {
            super("plain");
            this.fault = fault;
        }

        @Override
        public String toString() {
            failIf(Fault.TEXT);
            return fault == Fault.NULL_TEXT ? null : "plain";
        }

        @Override
        public String getMessage() {
            failIf(Fault.MESSAGE);
            return super.getMessage();
        }

        @Override
        public String getLocalizedMessage() {
            failIf(Fault.LOCALIZED_MESSAGE);
            return "plain";
        }

        @Override
        public synchronized Throwable getCause() {
            failIf(Fault.CAUSE);
            return super.getCause();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            failIf(Fault.STACK_TRACE);
            return fault == Fault.NULL_STACK_TRACE ? null : super.getStackTrace();
        }

        private void failIf(Fault which) {
            if (fault == which) {
                throw new IllegalStateException("broken");
            }
        }
    }

    private static String textOf(Fault fault) {
        String name = Unreadable.class.getName();
        return switch (fault) {
            case TEXT -> name + " [toString() threw java.lang.IllegalStateException]";
            case NULL_TEXT -> name + " [toString() returned null]";
            default -> "plain";
        };
    }

    @ParameterizedTest
    @EnumSource
    void aThrowableThatALoggerCannotReadIsCopiedWithWhatCanBeRead(Fault fault) {
        Throwable copy = escaped(new Unreadable(fault));
        assertThat(copy)
                .isNotInstanceOf(Unreadable.class)
                .hasToString(textOf(fault))
                .hasNoCause();
        assertThat(copy.getStackTrace().length == 0)
                .isEqualTo(fault == Fault.STACK_TRACE || fault == Fault.NULL_STACK_TRACE);
    }

    @ParameterizedTest
    @EnumSource
    void aCauseThatALoggerCannotReadIsCopied(Fault fault) {
        Throwable copy = escaped(new IOException("outer", new Unreadable(fault)));
        assertThat(copy).hasToString("java.io.IOException: outer").cause().hasToString(textOf(fault));
    }

    @ParameterizedTest
    @EnumSource(names = {"TEXT", "NULL_TEXT"})
    void aValueThatHasNoTextIsNamedByItsClass(Fault fault) {
        Object value = new Object() {
            @Override
            public String toString() {
                return new Unreadable(fault).toString();
            }
        };
        assertThat(LogText.escaped(value)[0])
                .asString()
                .startsWith(value.getClass().getName() + " [toString() ")
                .endsWith("]");
    }

    @Test
    void aMessageWithALineEndIsEscapedAlsoWhereTheTextHasNone() {
        Throwable copy = escaped(new IOException("a\nb") {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return "plain";
            }
        });
        assertThat(copy).hasMessage("plain");
    }
}
