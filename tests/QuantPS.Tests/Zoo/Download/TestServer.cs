using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace QuantPS.Tests.Zoo.Download;

/// <summary>A server on this machine that answers each request as it is told, also in ways that no proper server does.</summary>
internal sealed class TestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Request> _requests = [];
    private readonly Func<Request, Reply> _answer;
    private readonly X509Certificate2? _certificate;

    /// <param name="answer">Told the request, with its number from 0.</param>
    /// <param name="certificate">Where the server speaks TLS, what it shows.</param>
    public TestServer(Func<Request, Reply> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>A request: what follows GET, its headers, and how many were before it.</summary>
    public sealed record Request(string Target, IReadOnlyDictionary<string, string> Headers, int Number)
    {
        /// <summary>The position that a range starts at.</summary>
        public int? From => Headers.TryGetValue("Range", out string? range) ? int.Parse(range["bytes=".Length..].TrimEnd('-')) : null;
    }

    /// <summary>What is sent: the head, the body, and then nothing for as long as the client waits, or the end of the connection.</summary>
    public sealed record Reply(string Head, byte[] Body, bool Hangs = false)
    {
        public static Reply Of(int status, byte[] body, params string[] headers) => new(
            string.Join("\r\n", [
                $"HTTP/1.1 {status} {(HttpStatusCode)status}", "Connection: close",
                .. headers.Any(header => header.StartsWith("Content-Length")) ? [] : new[] { $"Content-Length: {body.Length}" }, .. headers, "", ""]), body);

        public static Reply Redirect(string to) => Of(302, [], $"Location: {to}");

        /// <summary>The answer of a proper server to a request for a file, or for the rest of it.</summary>
        public static Reply File(Request request, byte[] content, string tag = "\"1\"")
        {
            if (request.From is not { } from || request.Headers.GetValueOrDefault("If-Range") != tag) return Of(200, content, $"ETag: {tag}");
            return from < content.Length
                ? Of(206, content[from..], $"ETag: {tag}", $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}")
                : Of(416, [], $"Content-Range: bytes */{content.Length}");
        }

        /// <summary>The same with the connection broken off after some bytes of the body.</summary>
        public Reply CutAt(int length) => this with { Body = Body[..length] };
    }

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://{_listener.LocalEndpoint}/");

    /// <summary>The requests that came.</summary>
    public IReadOnlyList<Request> Requests => [.. _requests];

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                Connections++;
                await using Stream stream = await OpenAsync(client);
                string[] lines = await ReadHeadAsync(stream);
                Dictionary<string, string> headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
                Request request;
                lock (_requests) _requests.Enqueue(request = new(lines[0].Split(' ')[1], headers, _requests.Count));
                Reply reply = _answer(request);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(reply.Head), _stop.Token);
                await stream.WriteAsync(reply.Body, _stop.Token);
                if (reply.Hangs) await Task.Delay(Timeout.Infinite, _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException or AuthenticationException)
        {
        }
    }

    private async Task<Stream> OpenAsync(TcpClient client)
    {
        if (_certificate is null) return client.GetStream();
        var secure = new SslStream(client.GetStream());
        await secure.AuthenticateAsServerAsync(_certificate);
        return secure;
    }

    private async Task<string[]> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n") && await stream.ReadAsync(one, _stop.Token) > 0) head.Append((char)one[0]);
        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
