package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules as an application sees them that is a module itself. */
class ModuleTest {
    private static final String MODULE = """
            module app {
                requires dev.freshet.core;
                requires dev.freshet.netty;
            }
            """;
    private static final String APPLICATION = """
            package app;

            import dev.freshet.event.SseEvent;
            import dev.freshet.hub.SseHub;
            import dev.freshet.netty.SseReply;
            import dev.freshet.netty.SseServer;

            class Application {
                public static void main(String[] args) {
                    SseHub hub = SseHub.create();
                    SseServer server = SseServer.builder()
                            .host("127.0.0.1")
                            .port(0)
                            .endpoint("/events", request -> SseReply.subscribe(hub, request.path()))
                            .start();
                    hub.publish("/events", SseEvent.of(String.valueOf(server.address())));
                    server.close();
                    System.out.print("it ran");
                }
            }
            """;

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("memory:///" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    /** What Maven hands on to who depends on this: annotations are no part of it. */
    private static String modulePath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry -> entry.matches(".*(sse-core|sse-netty|io.netty|jackson|slf4j-api).*"))
                .filter(entry -> !entry.matches(".*(test-classes|tests\\.jar)"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void anApplicationCompilesAndRunsWithTheDependenciesThatTheyDeclare(@TempDir Path out) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of("--module-path", modulePath(), "-proc:none", "-d", out.toString()),
                        null,
                        List.of(source("module-info.java", MODULE), source("app/Application.java", APPLICATION)))
                .call();
        assertThat(said.toString()).isEmpty();
        assertThat(compiled).isTrue();
        assertThat(run(out)).isEqualTo("it ran");
    }

    private static String run(Path application) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = modulePath() + File.pathSeparator + application;
        Process process = new ProcessBuilder(java, "--module-path", path, "--module", "app/app.Application")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
