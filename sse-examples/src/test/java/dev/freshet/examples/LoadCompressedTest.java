package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.DeflatingServer.Answer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The load tool at servers that compress, and at servers that do not. */
class LoadCompressedTest {

    private static final String BURST = "burst --connections 3 --events 20 --size 400 --compressed --drain 4s --json -";

    private final LoadTool tool = new LoadTool();

    @Test
    void compressedStreamsAreCheckedAndTheirBytesAreTold() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.GZIP)) {
            assertThat(tool.load(server.url(), BURST)).as(tool.err()).isZero();
        }
        JsonNode report = Caller.json(tool.out());
        JsonNode compression = report.get("compression");
        long decoded = compression.get("decodedBytes").asLong();
        assertThat(report.get("deliveries").get("received").asLong()).isEqualTo(60);
        assertThat(report.get("wire").get("compressed").asBoolean()).isTrue();
        assertThat(compression.get("compressed").asInt()).isEqualTo(3);
        assertThat(compression.get("identity").asInt()).isZero();
        assertThat(decoded).isEqualTo(3L * (": hello\n\n".length() + 20 * ("data: \n\n".length() + 400)));
        assertThat(compression.get("wireBytes").asLong()).isBetween(1L, decoded / 2);
        assertThat(tool.err()).contains("gzip       ", "3 of 3 streams compressed");
    }

    @Test
    void anEventIsDecodedBeforeTheNextIsPublished() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.GZIP)) {
            assertThat(tool.load(server.url(), BURST.replace("--events 20", "--events 1")))
                    .as(tool.err())
                    .isZero();
        }
        assertThat(Caller.json(tool.out()).get("deliveries").get("received").asLong())
                .isEqualTo(3);
    }

    @Test
    void streamsThatAreNotCompressedAreCounted() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.GZIP_BUT_FOR_THE_FIRST)) {
            assertThat(tool.load(server.url(), BURST)).as(tool.err()).isZero();
        }
        assertThat(Caller.json(tool.out()).get("compression").get("identity").asInt())
                .isEqualTo(1);
        assertThat(tool.err()).contains("note       1 of 3 streams were not compressed");
    }

    @Test
    void aServerThatNeverCompressesIsTold() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.IDENTITY)) {
            assertThat(tool.load(server.url(), BURST)).as(tool.err()).isZero();
        }
        assertThat(tool.err()).contains("note       no stream was compressed: the server answered");
    }

    @Test
    void aStreamThatIsNoGzipIsAProblem() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.NO_GZIP_IN_TRUTH)) {
            assertThat(tool.load(server.url(), BURST)).isEqualTo(3);
        }
        assertThat(tool.err()).contains("3 compressed streams could not be decoded: no header of gzip");
    }

    @Test
    void anotherEncodingIsNoStream() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.BROTLI)) {
            assertThat(tool.load(server.url(), BURST)).isEqualTo(2);
        }
        assertThat(tool.err()).contains("the answer was encoded: br (expected: gzip)");
    }

    @Test
    void withoutTheOptionNoCompressionIsAskedForAndNoneIsTold() throws Exception {
        try (DeflatingServer server = new DeflatingServer(Answer.GZIP)) {
            assertThat(tool.load(server.url(), BURST.replace("--compressed ", "")))
                    .as(tool.err())
                    .isZero();
        }
        assertThat(Caller.json(tool.out()).get("compression").isNull()).isTrue();
    }
}
