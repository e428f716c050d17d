using SocialSentiment.MlWorker.Models.Store;

namespace SocialSentiment.MlWorker.Tests.Store;

/// <summary>A disk that takes so many bytes and no more; what it says then is what Linux says.</summary>
internal sealed class SmallDisk(long capacity) : ModelDisk
{
    private long _left = capacity;

    public override long FreeBytes(string folder) => FreeBytesStated ?? base.FreeBytes(folder);

    public long? FreeBytesStated { get; init; }

    public override Stream Open(string path, bool append) => new Limited(this, path, append);

    private sealed class Limited(SmallDisk disk, string path, bool append) : Stream
    {
        private readonly FileStream _file = new(path, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _file.Length;

        public override long Position
        {
            get => _file.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            if ((disk._left -= count) < 0)
            {
                // The kernel's own ENOSPC.
                using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                full.Write(buffer, offset, count);
            }

            _file.Write(buffer, offset, count);
        }

        public override void Flush() => _file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
