package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.RestartPort;
import dev.freshet.harness.ReverseProxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conformance kit against nginx with nchan 1.3.6, as Debian has it. */
@Tag("recipes")
class ConformanceNchanTest {

    private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

    private static final String LOCATIONS = """
            location = /events { nchan_subscriber eventsource; nchan_channel_id $arg_topic; }
            location = /publish { nchan_publisher; nchan_channel_id $arg_topic; client_body_buffer_size 1m; }
            location = /count { nchan_stub_status; }
            location = /gone { return 204; }
            """;

    private final ConformanceTool tool = new ConformanceTool();

    @TempDir
    Path folder;

    @BeforeEach
    void judge() throws Exception {
        int port = RestartPort.next();
        String url = "http://127.0.0.1:" + port;
        String server = "server { listen 127.0.0.1:" + port + ";\n" + LOCATIONS + "}";
        try (ReverseProxy nginx = ReverseProxy.nginx(folder, port, List.of(NCHAN), server)) {
            tool.judge(
                    "--url",
                    url + "/events?topic=c",
                    "--publish",
                    url + "/publish?topic=c",
                    "--count",
                    url + "/count",
                    "--count-pattern",
                    "subscribers: (\\d+)",
                    "--gone",
                    url + "/gone",
                    "--heartbeat",
                    "10s");
        }
    }

    @Test
    void theFaultsOfNchanAreNamed() {
        assertThat(tool.with("FAILED")).as(tool.text()).containsExactly("data-cr", "head");
        assertThat(tool.with("ADVICE"))
                .as(tool.text())
                .containsExactly(
                        "caching",
                        "close-told",
                        "told-end",
                        "cors-vary",
                        "cors-preflight",
                        "other-method",
                        "heartbeat");
        assertThat(tool.exitCode()).isOne();
    }
}
