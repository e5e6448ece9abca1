package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.examples.FaultyServer.Fault;
import dev.freshet.examples.load.server.ByHandServer;
import dev.freshet.netty.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the load tool finds out about a server, and what it does not hold against one. */
class LoadChecksTest {

    private final LoadTool tool = new LoadTool();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    LOSES    | 3 events were lost
                    DOUBLES  | 3 events came twice
                    REORDERS | 3 events came out of order
                    CLOSES   | 21 events were lost; 3 streams were closed by the server
                    """)
    void aFaultIsFoundAndIsExitCodeThree(Fault fault, String problem) throws Exception {
        try (FaultyServer server = new FaultyServer(fault, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 10 --drain 4s"))
                    .isEqualTo(3);
        }
        assertThat(tool.out()).contains("verdict    " + problem + "\n");
    }

    @Test
    void anEventThatComesTwiceAfterAllHaveComeIsFoundToo() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.DOUBLES, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 4"))
                    .isEqualTo(3);
        }
        assertThat(tool.out()).contains("verdict    3 events came twice\n");
    }

    @Test
    void aChunkedStreamIsReadAsWell() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.NONE, true)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 10"))
                    .isZero();
        }
        assertThat(tool.out()).contains("delivered  30 of 30");
    }

    @Test
    void aServerThatEndsThePublishersConnectionIsSentTheRestOnANewOne() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.HANGS_UP_ON_PUBLISHERS, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 10"))
                    .as(tool.out() + tool.err())
                    .isZero();
        }
        assertThat(tool.out()).contains("connection reopened 2 times").contains("delivered  30 of 30");
    }

    @Test
    void whatIsSentAgainMayComeTwice() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.HANGS_UP_WITHOUT_AN_ANSWER, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 4"))
                    .as(tool.out() + tool.err())
                    .isZero();
        }
        assertThat(tool.out())
                .contains("connection reopened 1 times, 1 sent again")
                .contains("delivered  12 of 12", "0 doubled")
                .contains("note       1 events were sent again", "came once more, 3 times, is not held against")
                .contains("verdict    all well");
    }

    @Test
    void aConnectionThatIsClosedWhenAllIsAnsweredIsNotOpenedAnew() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.HANGS_UP_ON_PUBLISHERS, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 4"))
                    .isZero();
        }
        assertThat(tool.out()).contains("4 answered").doesNotContain("reopened");
    }

    @Test
    void anEventThatTheServerRefusesIsToldAndIsNotLost() throws Exception {
        try (FaultyServer server = new FaultyServer(Fault.REFUSES_LATER, false)) {
            assertThat(tool.load(server.url(), "burst --connections 3 --events 10"))
                    .isEqualTo(2);
        }
        assertThat(tool.out())
                .contains("0 lost")
                .contains("verdict    1 of 10 events were refused by the server, the last with status 503\n");
    }

    @Test
    void theFanOutByHandIsCheckedLikeAnyOther(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("report.json");
        try (ByHandServer server = ByHandServer.start("127.0.0.1", 0, 1, Transport.NIO, null)) {
            String url = "http://127.0.0.1:" + server.address().getPort() + "/";
            assertThat(tool.load(url, "burst --connections 10 --events 100 --json " + json))
                    .isZero();
        }
        assertThat(tool.out()).contains("delivered  1,000 of 1,000");
        assertThat(Caller.json(Files.readString(json)).get("exitCode").asInt()).isZero();
    }
}
