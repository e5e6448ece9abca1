import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Lists, for each artifact in a repository of files, what a public repository asks for, and exits with 1 where some of it is missing, or where
 * there is more.
 *
 * <p>{@code java .ci/Published.java REPOSITORY VERSION ARTIFACT...}
 */
final class Published {
    private static final List<String> FILES = List.of(".jar", ".pom", "-sources.jar", "-javadoc.jar", "-cyclonedx.json");
    private static final List<String> ELEMENTS = List.of(
            "modelVersion", "groupId", "artifactId", "version", "name", "description", "url", "inceptionYear", "organization", "licenses",
            "developers", "scm", "issueManagement", "dependencies");
    private static final Map<String, String> CHECKSUMS = Map.of(".md5", "MD5", ".sha1", "SHA-1");

    private final Path group;
    private final String version;
    private final List<String> faults = new ArrayList<>();

    private Published(Path repository, String version) {
        this.group = repository.resolve("dev/freshet");
        this.version = version;
    }

    public static void main(String[] args) throws Exception {
        var published = new Published(Path.of(args[0]), args[1]);
        List<String> artifacts = List.of(args).subList(2, args.length);
        published.onlyThese(artifacts);
        for (String artifact : artifacts) {
            published.check(artifact);
        }
        published.faults.forEach(System.err::println);
        if (!published.faults.isEmpty()) {
            System.exit(1);
        }
        System.out.println("all is there that a public repository asks for");
    }

    private void onlyThese(List<String> artifacts) throws IOException {
        try (Stream<Path> folders = Files.list(group)) {
            folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> !artifacts.contains(name))
                    .forEach(name -> faults.add(name + ": is not to be published"));
        }
    }

    private void check(String artifact) throws Exception {
        Path folder = group.resolve(artifact).resolve(version);
        if (!Files.isDirectory(folder)) {
            faults.add(folder + ": missing");
            return;
        }
        var others = new TreeSet<String>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> others.add(file.getFileName().toString()));
        }
        for (String ending : FILES) {
            String name = artifact + "-" + version + ending;
            others.removeIf(other -> other.equals(name) || other.startsWith(name + "."));
            Path file = folder.resolve(name);
            if (!Files.exists(file)) {
                faults.add(name + ": missing");
                continue;
            }
            if (!Files.exists(folder.resolve(name + ".asc"))) {
                faults.add(name + ".asc: missing");
            }
            checksums(file);
            if (ending.endsWith(".jar")) {
                jar(file);
            } else if (ending.equals(".pom")) {
                pom(file);
            }
            System.out.println(name + " with .asc, .md5, .sha1");
        }
        others.forEach(other -> faults.add(other + ": is not to be published"));
    }

    private void checksums(Path file) throws IOException, NoSuchAlgorithmException {
        for (Map.Entry<String, String> checksum : CHECKSUMS.entrySet()) {
            Path sum = file.resolveSibling(file.getFileName() + checksum.getKey());
            String expected =
                    HexFormat.of().formatHex(MessageDigest.getInstance(checksum.getValue()).digest(Files.readAllBytes(file)));
            if (!Files.exists(sum) || !Files.readString(sum).strip().equals(expected)) {
                faults.add(sum.getFileName() + ": missing or wrong");
            }
        }
    }

    private void jar(Path file) throws IOException {
        try (var jar = new JarFile(file.toFile())) {
            for (String entry : List.of("META-INF/LICENSE", "META-INF/NOTICE")) {
                if (jar.getEntry(entry) == null) {
                    faults.add(file.getFileName() + ": has no " + entry);
                }
            }
            String name = file.getFileName().toString();
            String needed = name.endsWith("-sources.jar") ? "module-info.java" : name.endsWith("-javadoc.jar") ? "index.html" : "module-info.class";
            if (jar.getEntry(needed) == null) {
                faults.add(name + ": has no " + needed);
            }
        }
    }

    private void pom(Path file) throws Exception {
        String name = file.getFileName().toString();
        String text = Files.readString(file);
        for (String foreign : List.of("${", "-SNAPSHOT", "<scope>test</scope>")) {
            if (text.contains(foreign)) {
                faults.add(name + ": has " + foreign);
            }
        }
        Element project;
        try (InputStream in = Files.newInputStream(file)) {
            project = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
        }
        List<String> elements = children(project).stream().map(Node::getNodeName).toList();
        for (String element : ELEMENTS) {
            if (!elements.contains(element)) {
                faults.add(name + ": has no <" + element + ">");
            }
        }
        elements.stream()
                .filter(element -> !ELEMENTS.contains(element) && !element.equals("packaging"))
                .forEach(element -> faults.add(name + ": has <" + element + ">"));
        for (Element part : children(project)) {
            switch (part.getNodeName()) {
                case "scm" -> needs(name, part, "connection", "developerConnection", "url", "tag");
                case "licenses" -> needs(name, children(part).get(0), "name", "url");
                case "developers" -> needs(name, children(part).get(0), "name", "organization", "organizationUrl");
                case "dependencies" -> children(part).forEach(dependency -> needs(name, dependency, "groupId", "artifactId", "version"));
                default -> {}
            }
        }
    }

    private void needs(String name, Element parent, String... needed) {
        List<String> elements = children(parent).stream().map(Node::getNodeName).toList();
        for (String element : needed) {
            if (!elements.contains(element)) {
                faults.add(name + ": <" + parent.getNodeName() + "> has no <" + element + ">");
            }
        }
    }

    private static List<Element> children(Element parent) {
        var children = new ArrayList<Element>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
