using System.Collections;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Annotations may come and go while the application runs and others look at them: whoever enumerates sees a snapshot.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>
{
    public ResourceAnnotationCollection()
        : base(new SnapshotList())
    {
    }

    private sealed class SnapshotList : IList<IResourceAnnotation>
    {
        private ImmutableArray<IResourceAnnotation> _items = [];

        public int Count => _items.Length;

        public bool IsReadOnly => false;

        public IResourceAnnotation this[int index]
        {
            get => _items[index];
            set => ImmutableInterlocked.Update(ref _items, items => items.SetItem(index, value));
        }

        public void Add(IResourceAnnotation item) => ImmutableInterlocked.Update(ref _items, items => items.Add(item));

        // The collection looks up an index first, which may have been overtaken by the time it gets here.
        public void Insert(int index, IResourceAnnotation item) =>
            ImmutableInterlocked.Update(ref _items, items => items.Insert(Math.Min(index, items.Length), item));

        public void RemoveAt(int index) =>
            ImmutableInterlocked.Update(ref _items, items => index < items.Length ? items.RemoveAt(index) : items);

        public bool Remove(IResourceAnnotation item) => ImmutableInterlocked.Update(ref _items, items => items.Remove(item));

        public void Clear() => ImmutableInterlocked.Update(ref _items, _ => []);

        public bool Contains(IResourceAnnotation item) => _items.Contains(item);

        public int IndexOf(IResourceAnnotation item) => _items.IndexOf(item);

        public void CopyTo(IResourceAnnotation[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public IEnumerator<IResourceAnnotation> GetEnumerator() => ((IEnumerable<IResourceAnnotation>)_items).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
