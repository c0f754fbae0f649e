import {
  Button,
  Checkbox,
  MultiSelect,
  SegmentedControl,
  Select,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { Fields } from '@/components/Fields'
import { FilterField } from '@/components/FilterField'
import { IconButton } from '@/components/IconButton'
import { Toolbar } from '@/components/Toolbar'
import { Part } from './Part'
import classes from './Design.module.css'

const sizes = ['xs', 'sm', 'md'] as const

/** Buttons and fields, each as it is at rest, with an error, and when it can't be used. */
export function Controls() {
  return (
    <Part title="Controls">
      {sizes.map((size) => (
        <div key={size} className={classes.row}>
          <Button size={size} leftSection={<IconPlus size={15} />}>
            Create {size}
          </Button>
          <Button size={size} variant="default">
            Cancel
          </Button>
          <Button size={size} variant="light">
            Preview
          </Button>
          <Button size={size} color="red">
            Delete
          </Button>
          <Button size={size} disabled>
            Disabled
          </Button>
          <Button size={size} loading>
            Saving
          </Button>
          <IconButton size={size} label={`Delete ${size}`}>
            <IconTrash size={15} />
          </IconButton>
          <SegmentedControl size={size} data={['Graph', 'Timeline']} aria-label={`View ${size}`} />
        </div>
      ))}
      <Toolbar mb="md">
        <FilterField label="Filter by name" value={undefined} change={() => undefined} />
        <Select aria-label="Cluster in the toolbar" data={['staging']} placeholder="All clusters" />
        <SegmentedControl data={['All', 'Running']} aria-label="Status" />
        <IconButton label="Delete all" variant="default">
          <IconTrash size={15} />
        </IconButton>
        <Button variant="default">Reorder</Button>
        <Button size="compact-sm">Create</Button>
      </Toolbar>
      <Fields mb="md">
        <div className={classes.two}>
          <TextInput label="Port" description="From 1 to 65535." defaultValue="80" />
          <TextInput label="Port" description="From 1 to 65535." defaultValue="0" error="Enter 1 to 65535." />
          <TextInput label="Port" defaultValue="0" error="Enter 1 to 65535." />
          <TextInput label="Port" defaultValue="80" />
        </div>
      </Fields>
      <div className={classes.two}>
        <TextInput label="Name" description="Letters, digits and hyphens." placeholder="checkout-api" />
        <TextInput label="Name" defaultValue="Checkout API" error="Use letters, digits and hyphens." />
        <TextInput label="Name" defaultValue="checkout-api" disabled />
        <Textarea label="Description" autosize minRows={2} />
        <Select label="Cluster" data={['staging', 'production']} placeholder="Choose a cluster" />
        <MultiSelect label="Namespaces" data={['default', 'shop']} defaultValue={['shop']} />
        <FilterField label="Filter by name" value={undefined} change={() => undefined} />
        <div className={classes.row}>
          <Switch label="Run in parallel" defaultChecked />
          <Switch label="Limit concurrency" />
          <Checkbox label="Select" defaultChecked />
          <Checkbox label="Disabled" disabled />
        </div>
      </div>
    </Part>
  )
}
