package dev.freshet.examples.load.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkScannerTest implements MarkScanner.Sink {

    private static final int SIZE = 44;
    private static final Mark MARK = new Mark(0xabcdef, SIZE);

    private final List<String> seen = new ArrayList<>();

    @Override
    public void marked(long due, int sequence) {
        seen.add(sequence + "@" + due);
    }

    @Override
    public void foreign() {
        seen.add("foreign");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void marksAreFoundAtEverySplitAndWithEveryLineEnd(String end) {
        String stream = String.join(
                end,
                ": hello",
                "",
                "data: " + mark(7, 1),
                "id: 1-0",
                "",
                "event: other",
                "data: something else",
                "",
                "data:" + mark(-8, 2),
                "",
                "");
        byte[] bytes = bytes(stream);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                seen.clear();
                MarkScanner scanner = new MarkScanner(MARK, this);
                scanner.scan(bytes, 0, first);
                scanner.scan(bytes, first, second);
                scanner.scan(bytes, second, bytes.length);

                assertThat(seen).as("split at %d and %d", first, second).containsExactly("1@7", "foreign", "2@-8");
            }
        }
    }

    @Test
    void anEventCountsAtItsBlankLine() {
        MarkScanner scanner = new MarkScanner(MARK, this);
        byte[] event = bytes("data: " + mark(1, 1) + "\nid: 1\n");

        scanner.scan(event, 0, event.length);
        assertThat(seen).isEmpty();

        scanner.scan(new byte[] {'\n'}, 0, 1);
        assertThat(seen).containsExactly("1@1");
    }

    @ParameterizedTest
    @CsvSource({
        "a byte too short,-1,''",
        "a byte too long,0,x",
        "spoilt filling,-1,y",
        "a second line,0,'\ndata: more'",
        "a second line of nothing,0,'\ndata'"
    })
    void whatDiffersInTheLeastIsForeign(String what, int cut, String added) {
        String mark = mark(1, 1);
        byte[] stream = bytes("data: " + mark.substring(0, mark.length() + cut) + added + "\n\n");

        for (int split = 0; split <= stream.length; split++) {
            seen.clear();
            MarkScanner scanner = new MarkScanner(MARK, this);
            scanner.scan(stream, 0, split);
            scanner.scan(stream, split, stream.length);

            assertThat(seen).as("%s, split at %d", what, split).containsExactly("foreign");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "event: stream-open,''",
        "event:stream-open,''",
        "event: stream-opened,foreign",
        "event: stream-ope,foreign",
        "event: stream-reset,foreign",
        "event,foreign",
        "'event: stream-open\nevent: other',foreign",
        "'event: other\nevent: stream-open',''",
    })
    void theEventThatOpensAStreamIsNoDelivery(String type, String told) {
        byte[] stream =
                bytes("retry: 1\n" + type + "\ndata: {}\nid: 1-0\n\ndata: " + mark(1, 1) + "\n\ndata: no mark\n\n");

        for (int split = 0; split <= stream.length; split++) {
            seen.clear();
            MarkScanner scanner = new MarkScanner(MARK, this);
            scanner.scan(stream, 0, split);
            scanner.scan(stream, split, stream.length);

            assertThat(seen)
                    .as("%s, split at %d", type, split)
                    .containsExactlyElementsOf(
                            told.isEmpty() ? List.of("1@1", "foreign") : List.of(told, "1@1", "foreign"));
        }
    }

    @Test
    void theMarkOfAnotherRunIsForeign() {
        byte[] stream = bytes(
                "data: " + new String(new Mark(1, SIZE).data(1, 1), StandardCharsets.US_ASCII) + "\n\ndata: @\n\n");

        new MarkScanner(MARK, this).scan(stream, 0, stream.length);

        assertThat(seen).containsExactly("foreign", "foreign");
    }

    private static String mark(long due, int sequence) {
        return new String(MARK.data(due, sequence), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
