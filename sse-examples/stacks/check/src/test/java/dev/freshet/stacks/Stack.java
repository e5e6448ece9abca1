package dev.freshet.stacks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a service is built on that uses the library. */
enum Stack {
    BOOT_35_MVC("Spring Boot 3.5 MVC", "boot35-mvc", Ports.TWO),
    BOOT_35_SERVLET("Spring Boot 3.5 MVC, by the servlet", "boot35-servlet", Ports.ONE),
    BOOT_35_WEBFLUX("Spring Boot 3.5 WebFlux", "boot35-webflux", Ports.ONE),
    BOOT_40_WEBFLUX("Spring Boot 4.0 WebFlux", "boot40-webflux", Ports.ONE),
    MICRONAUT_4("Micronaut 4", "micronaut4", Ports.ONE),
    QUARKUS_3("Quarkus 3", "quarkus3", Ports.TWO),
    VERTX_4("Vert.x 4", "vertx4", Ports.TWO),
    VERTX_5("Vert.x 5", "vertx5", Ports.TWO),
    NETTY_41("Netty 4.1", "netty41", Ports.ONE),
    NETTY_42("Netty 4.2", "netty42", Ports.ONE),
    TOMCAT_10("Tomcat 10.1", "tomcat10", Ports.ONE),
    TOMCAT_11("Tomcat 11", "tomcat11", Ports.ONE);

    /** On how many ports it serves its own routes and the streams. */
    enum Ports {
        ONE("the same"),
        TWO("a second");

        final String text;

        Ports(String text) {
            this.text = text;
        }
    }

    final String title;
    final Path folder;
    final Ports ports;

    Stack(String title, String folder, Ports ports) {
        this.title = title;
        this.folder = Path.of("..", folder).toAbsolutePath().normalize();
        this.ports = ports;
    }

    /** Whether the streams are those of the servlet to copy. */
    boolean isServlet() {
        return switch (this) {
            case BOOT_35_SERVLET, TOMCAT_10, TOMCAT_11 -> true;
            default -> false;
        };
    }

    /** What the java launcher needs to start it, a file. */
    Path command() {
        return folder.resolve("target/stack");
    }

    /** The versions of an artifact on its class path, such as {@code 2.21.5, 3.1.4}. */
    String versions(String artifact) throws IOException {
        String jars = Files.readString(command());
        Path packaged = folder.resolve("target/quarkus-app/lib");
        if (Files.exists(packaged)) {
            try (Stream<Path> files = Files.walk(packaged)) {
                jars = files.map(Path::toString).collect(Collectors.joining("\n"));
            }
        }
        String versions = Pattern.compile("[/.]" + Pattern.quote(artifact) + "-([0-9.]+)(?:\\.Final)?\\.jar")
                .matcher(jars)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return versions.isEmpty() ? "none" : versions;
    }

    @Override
    public String toString() {
        return title;
    }
}
