using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using Recoup;

/// <summary>The web server for the stores' requests.</summary>
internal static class GatewayTests
{
    [Test]
    private static void TheGatewayIngestsAStoresRequest()
    {
        using (var world = new World())
        using (var gateway = world.Engine.Listen("127.0.0.1:0", "{\"path_secret\":\"0123456789abcdef\"}"))
        {
            world.Engine.RecordPurchase(World.BobsPurchase());
            Check.True(gateway.Address.StartsWith("127.0.0.1:") && !gateway.Address.EndsWith(":0"), gateway.Address);
            Check.Equal(200, Get(gateway.Address, "/healthz"));
            var request = World.Request("google-play", "refund-bob");
            Check.Equal(404, Post(gateway.Address, "/v1/google-play", request));
            Check.Equal(200, Post(gateway.Address, "/v1/0123456789abcdef/google-play", request));
            Check.True(World.Users(world.Engine.Poll()).StartsWith("bob"), "an event of bob's");
            world.Engine.Close();
            Check.Equal(503, Post(gateway.Address, "/v1/0123456789abcdef/google-play", request));
            gateway.Dispose();
            Check.True(!IsThere(gateway.Address), "it has ended");
            gateway.Dispose();
        }
    }

    [Test]
    private static void AnAddressThatCannotBeListenedOnIsReported()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            Check.Fails(RecoupStatus.InvalidArgument, "bad_address", () => engine.Listen("localhost"));
            Check.Fails(RecoupStatus.InvalidArgument, "public_address", () => engine.Listen("0.0.0.0:0"));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_path_secret", () => engine.Listen("127.0.0.1:0", "{\"path_secret\":\"a\"}"));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_json", () => engine.Listen("127.0.0.1:0", "{\"no\":1}"));
            Check.Equal("address", Check.Throws<ArgumentNullException>(() => engine.Listen(null)).ParamName);
            using (var gateway = engine.Listen("127.0.0.1:0"))
            {
                Check.Equal(RecoupStatus.Listen, Check.Throws<RecoupException>(() => engine.Listen(gateway.Address)).Status);
            }
            engine.Close();
            Check.Fails(RecoupStatus.Closed, "closed", () => engine.Listen("127.0.0.1:0"));
        }
    }

    [Test]
    private static void AnEngineThatIsDisposedEndsItsGateways()
    {
        var released = 0;
        using (var world = new World())
        {
            var engine = RecoupEngine.Open(
                RecoupOptions.FromFile(world.ConfigFile).WithClock(() => World.Noon, () => released++));
            var first = engine.Listen("127.0.0.1:0");
            var second = engine.Listen("127.0.0.1:0");
            Check.True(IsThere(first.Address) && IsThere(second.Address), "both listen");
            engine.Dispose();
            Check.True(!IsThere(first.Address) && !IsThere(second.Address), "both have ended");
            Check.Equal(1, released, "nothing holds the clock any more");
            first.Dispose();
        }
    }

    [Test]
    private static void AnUnreferencedGatewayContinues()
    {
        using (var world = new World())
        {
            // On a thread of its own, so that no stack refers to it afterwards.
            string address = null;
            var forgetful = new Thread(() => address = ListenAndForget(world.Engine));
            forgetful.Start();
            forgetful.Join();
            Collect();
            Collect();
            Check.Equal(200, Get(address, "/healthz"));
        }
    }

    [Test]
    private static void AForgottenEngineEndsWithItsGateway()
    {
        using (var world = new World())
        {
            var released = new CountdownEvent(1);
            string address = null;
            var forgetful = new Thread(() => address = OpenAndForget(world.ConfigFile, released));
            forgetful.Start();
            forgetful.Join();
            for (var turn = 0; turn < 100 && !released.IsSet; turn++)
            {
                Collect();
                released.Wait(TimeSpan.FromMilliseconds(100));
            }
            Check.Equal(0, released.CurrentCount, "destructors that did not run");
            Check.True(!IsThere(address), "it has ended");
        }
    }

    [Test]
    private static void AGatewayKeepsItsEngine()
    {
        using (var world = new World())
        {
            var isReleased = false;
            var gateway = KeepTheGatewayOnly(world.ConfigFile, () => isReleased = true);
            Collect();
            Check.Equal(200, Post(gateway.Address, "/v1/google-play", World.Request("google-play", "refund-bob")));
            Check.True(!isReleased, "the clock is in use");
            gateway.Dispose();
        }
    }

    [Test]
    private static void ALogFunctionCannotEndAGateway()
    {
        using (var world = new World())
        using (var gateway = world.Engine.Listen("127.0.0.1:0"))
        {
            var refused = 0;
            RecoupLog.Set(RecoupLogLevel.Warn, (level, target, message) =>
            {
                Check.Throws<InvalidOperationException>(gateway.Dispose);
                Check.Throws<InvalidOperationException>(world.Engine.Dispose);
                Interlocked.Increment(ref refused);
            });
            world.Engine.Ingest(World.Request("app-store", "not-json"));
            RecoupLog.Off();
            Check.True(refused > 0, "it was refused");
            Check.Equal(200, Get(gateway.Address, "/healthz"));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string ListenAndForget(RecoupEngine engine) => engine.Listen("127.0.0.1:0").Address;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string OpenAndForget(string configFile, CountdownEvent released)
    {
        var engine = RecoupEngine.Open(
            RecoupOptions.FromFile(configFile).WithClock(() => World.Noon, () => released.Signal()));
        return engine.Listen("127.0.0.1:0").Address;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RecoupGateway KeepTheGatewayOnly(string configFile, Action released)
    {
        var engine = RecoupEngine.Open(RecoupOptions.FromFile(configFile).WithClock(() => World.Noon, released));
        engine.RecordPurchase(World.BobsPurchase());
        return engine.Listen("127.0.0.1:0");
    }

    private static bool IsThere(string address)
    {
        try
        {
            Get(address, "/healthz");
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Get(string address, string path)
    {
        return Exchange(address, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", new byte[0]);
    }

    private static int Post(string address, string path, StoreRequest request)
    {
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        foreach (var field in request.Headers)
        {
            head.Append(field.Key + ": " + field.Value + "\r\n");
        }
        head.Append("Content-Length: " + request.Body.Length + "\r\n\r\n");
        return Exchange(address, head.ToString(), request.Body);
    }

    /// <summary>The answer's status.</summary>
    private static int Exchange(string address, string head, byte[] body)
    {
        var colon = address.LastIndexOf(':');
        using (var client = new TcpClient())
        {
            client.Connect(address.Substring(0, colon), int.Parse(address.Substring(colon + 1)));
            var stream = client.GetStream();
            var bytes = Encoding.ASCII.GetBytes(head);
            stream.Write(bytes, 0, bytes.Length);
            stream.Write(body, 0, body.Length);
            var answer = new StreamReader(stream, Encoding.ASCII).ReadToEnd();
            return int.Parse(answer.Substring("HTTP/1.1 ".Length, 3));
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
